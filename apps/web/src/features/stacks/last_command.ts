// The newest command of a stack, and those that are not over.

import { useMay } from "@/access/useMay";
import { listCommandsOptions, showStackStatusOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Command, LastCommand, Stack } from "@/api/generated";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { aheadOf, BRINGING, courseOf, lastBegun, type Ahead, type Course } from "./course";

/** A stack has few commands that are not over; what waits behind so many is told by the newest of them. */
const MOST = 50;

export function useLastCommand(stackId: string): Command | undefined {
  return useQuery({ ...listCommandsOptions({ query: { stack_id: stackId, limit: 1 } }), enabled: useMayList() }).data?.items[0];
}

/** What the commands of the stack that are not over mean for what comes next. */
export function useCourse(stackId: string): Course {
  const { data } = useQuery({ ...listCommandsOptions({ query: { stack_id: stackId, status: ["FAILED", "RUNNING", "PENDING"], limit: MOST } }), enabled: useMayList() });
  return useMemo(() => courseOf(data?.items ?? []), [data]);
}

/** Enough to know how the last one ended that has done something. */
const FEW = 5;

/** The last commands that were to bring a version, the newest first. Not asked for where they are not `wanted`. */
export function useLastTries(stackId: string, wanted: boolean): readonly Command[] | undefined {
  return useQuery({ ...listCommandsOptions({ query: { stack_id: stackId, kind: BRINGING, limit: FEW } }), enabled: useMayList() && wanted }).data?.items;
}

/** What is offered for the stack as a whole, and the command that has left it as it is. */
export function useAhead(stack: Pick<Stack, "stack_id" | "latest_version" | "current_version">): Ahead & { last: Command | undefined } {
  const { stack_id: id } = stack;
  const course = useCourse(id);
  const status = useQuery(showStackStatusOptions({ path: { id } }));
  const tries = useLastTries(id, true);
  const last = lastBegun(tries ?? []);
  return { ...aheadOf(stack, status.data?.drift?.drifted ?? null, course, last), last };
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

/** Commands are listed for those only who were granted something for everything. */
function useMayList(): boolean {
  return useMay()("list_commands") === undefined;
}
