// The newest command of a stack, and those that are not over.

import { listCommandsOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Command, LastCommand } from "@/api/generated";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { courseOf, type Course } from "./course";

/** A stack has few commands that are not over; what waits behind so many is told by the newest of them. */
const MOST = 50;

export function useLastCommand(stackId: string): Command | undefined {
  return useQuery(listCommandsOptions({ query: { stack_id: stackId, limit: 1 } })).data?.items[0];
}

/** What the commands of the stack that are not over mean for what comes next. */
export function useCourse(stackId: string): Course {
  const { data } = useQuery(listCommandsOptions({ query: { stack_id: stackId, status: ["FAILED", "RUNNING", "PENDING"], limit: MOST } }));
  return useMemo(() => courseOf(data?.items ?? []), [data]);
}

/** A command as the list of stacks has it. */
export function summarised(command: Command): LastCommand {
  const { command_id, kind, seq, status, timestamps, failure, version, waits_behind } = command;
  return {
    command_id,
    kind,
    seq,
    status,
    version,
    waits_behind,
    created_at: timestamps.created_at,
    finished_at: timestamps.finished_at,
    failure_code: failure?.code ?? null,
  };
}
