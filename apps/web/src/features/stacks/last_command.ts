// The newest command of a stack, and the one that failed.

import { listCommandsOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Command, LastCommand } from "@/api/generated";
import { useQuery } from "@tanstack/react-query";

export function useLastCommand(stackId: string): Command | undefined {
  return useQuery(listCommandsOptions({ query: { stack_id: stackId, limit: 1 } })).data?.items[0];
}

/** The command that failed last. It stays failed until somebody retries or cancels it, and others wait behind it. */
export function useFailedCommand(stackId: string): Command | undefined {
  return useQuery(listCommandsOptions({ query: { stack_id: stackId, status: ["FAILED"], limit: 1 } })).data?.items[0];
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
