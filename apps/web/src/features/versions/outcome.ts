// What became of a version: whether it ever ran, and whether the last try to apply it failed.

import { listCommandsOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Command } from "@/api/generated";
import { BRINGING } from "@/features/stacks/course";
import { useLastTries } from "@/features/stacks/last_command";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

export interface Outcome {
  /** It was applied to its end at some time. */
  ran: boolean;
  /** It was not applied to its end when that was tried last. */
  failed: boolean;
  /** The command that applies it, as long as that waits or runs. */
  open: Command | undefined;
}

interface Known {
  version: number;
  /** What it resolved to when it was applied last: none if it never was. */
  images: readonly unknown[];
}

type Tried = Pick<Command, "status" | "failure" | "version">;

/** Commands looked through. What was tried before them is told by what ran, without those that failed. */
const MOST = 200;

export function useOutcome(stackId: string, version: Known, applied: number | null): Outcome {
  const { data } = useQuery(listCommandsOptions({ query: { stack_id: stackId, kind: BRINGING, limit: MOST } }));
  return useMemo(() => outcomeOf(version, applied, data?.items ?? []), [version, applied, data]);
}

/** Whether a version was not applied to its end when that was tried last, even if that was given up since. Not asked for where `wanted` is false. */
export function useHasFailed(stackId: string, version: number, wanted: boolean): boolean {
  const tries = useLastTries(stackId, wanted);
  return outcomeOf({ version, images: [] }, null, tries ?? []).failed;
}

/** `commands` are those that bring versions, the newest first. */
export function outcomeOf<Each extends Tried>({ version, images }: Known, applied: number | null, commands: readonly Each[]): Omit<Outcome, "open"> & { open: Each | undefined } {
  const tries = commands.filter((command) => command.version === version);
  // One that was cancelled before anything failed says nothing about the version.
  const last = tries.find(({ status, failure }) => status === "DONE" || failure !== null);
  return {
    ran: version === applied || images.length > 0 || tries.some(({ status }) => status === "DONE"),
    failed: last !== undefined && last.status !== "DONE",
    open: tries.find(({ status }) => status === "PENDING" || status === "RUNNING"),
  };
}

/** Going to a version that ran before the applied one is going back; one that never ran is applied, however old it is. */
export function isBack(version: number, applied: number | null, ran: boolean): boolean {
  return applied !== null && version < applied && ran;
}
