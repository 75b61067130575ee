// Where a stack stands between what was asked for and what is done: what its open commands mean for what is offered next. Decided here
// alone, so that the head of the page, its notices and the list never offer different things.

import type { Command, CommandKind, StackListItem } from "@/api/generated";

/** The commands of a stack that are not over, as far as they decide what comes next. */
export interface Course {
  /** Failed, and neither retried nor given up. One that holds up others comes before one that does not. */
  failed: Command | undefined;
  /** Waits or runs, and brings a version: the newest of them. */
  applying: Command | undefined;
  /** Something waits, runs, or failed and is held: what differs from the applied version is its work, and no drift. */
  unsettled: boolean;
}

interface Versions {
  latest_version: number;
  current_version: number | null;
}

/** `open` are the commands that are not over, the newest first. */
export function courseOf(open: readonly Command[]): Course {
  const failed = open.filter((command) => command.status === "FAILED");
  return {
    failed: failed.find(holds) ?? failed[0],
    applying: open.find((command) => command.status !== "FAILED" && bringsVersion(command)),
    unsettled: open.length > 0,
  };
}

/** Whether others wait behind it once it has failed. Those that only wake or put to sleep hold nothing up. */
export function holds({ kind }: Pick<Command, "kind">): boolean {
  return kind !== "WAKE" && kind !== "SLEEP";
}

/** The kinds of commands that bring a version. */
export const BRINGING: CommandKind[] = ["APPLY", "ROLLBACK", "DEPLOY"];

function bringsVersion({ kind, version }: Pick<Command, "kind" | "version">): boolean {
  return version !== null && BRINGING.includes(kind);
}

/**
 * How applying a version is offered beside what is under way; null where it is not, because it is the applied one or asked for
 * already. It is the thing to do unless something else is: the version that has just failed is none, nor is one that is older.
 */
export function offerOf(version: number, applied: number | null, { failed, applying }: Course): "primary" | "default" | null {
  if (version === applied || version === applying?.version) return null;
  if (applying !== undefined) return "default";
  return failed !== undefined && isAbout(failed, version) ? "default" : "primary";
}

/** Whether no version was applied, and none was asked for: the way to the first one has to be shown. */
export function isUntouched(applied: number | null, { failed, applying }: Course): boolean {
  return applied === null && applying === undefined && (failed === undefined || !bringsVersion(failed));
}

/** Whether the newest version of a stack of the list waits to be applied or is being applied. */
export function isUnderWay({ latest_version: latest, last_command: last }: Pick<StackListItem, "latest_version" | "last_command">): boolean {
  return last !== null && bringsVersion(last) && last.version === latest && (last.status === "PENDING" || last.status === "RUNNING");
}

/** Whether a failed command answers for the version too: it failed with this one or a newer one. */
function isAbout(failed: Command, version: number): boolean {
  return bringsVersion(failed) && failed.version !== null && version <= failed.version;
}

/** What can be done about a failed command beside retrying and giving up, and which of all is the thing to do. */
export interface WaysOut {
  /** The version to go back to; null where there is none. */
  back: number | null;
  /** Null where the thing to do is not about the failed command: a newer version waits to be applied. */
  first: "back" | "retry" | null;
}

/** `drifted`: whether what runs differs from the applied version; null if that is not known. Otherwise there is nothing to bring back. */
export function waysOut(failed: Command, { latest_version: latest, current_version: applied }: Versions, drifted: boolean | null): WaysOut {
  const { version } = failed;
  if (!bringsVersion(failed) || version === null) return { back: null, first: null };
  const back = applied !== null && applied < version && drifted !== false ? applied : null;
  const newer = offerOf(latest, applied, { failed, applying: undefined, unsettled: true }) === "primary";
  return { back, first: newer ? null : back === null ? "retry" : "back" };
}

type Look = "primary" | "default";

/** What is offered for a stack as a whole: back to the applied version, and on to the newest. One at most is the thing to do. */
export interface Ahead {
  /** Null where what runs is the applied version, or something is open: that has its own ways out. */
  back: Look | null;
  on: Look | null;
}

/** `last` is the command that began last of those that bring a version: if it did not come to its end, what differs is what it has left. */
export function aheadOf({ latest_version: latest, current_version: applied }: Versions, drifted: boolean | null, course: Course, last: Command | undefined): Ahead {
  const on = offerOf(latest, applied, course);
  if (applied === null || drifted !== true || course.unsettled) return { back: null, on };
  // Without this there would be no other way on than the version that has just been broken off. One that was saved since is one.
  const only = last !== undefined && last.status !== "DONE" && offerOf(latest, applied, { ...course, failed: last }) !== "primary";
  return only ? { back: "primary", on: on === null ? null : "default" } : { back: "default", on };
}

/** The command that began last, of those that bring a version. `commands` has the newest first; one that was cancelled while it waited has left nothing. */
export function lastBegun(commands: readonly Command[]): Command | undefined {
  return commands.find((command) => bringsVersion(command) && command.timestamps.started_at !== null);
}

/** Whether what runs differs from what was applied with nothing open that changes it or has failed to, as the server counts it. */
export function drifts({ drift_count: steps, last_command: last }: Pick<StackListItem, "drift_count" | "last_command">): boolean {
  return steps !== null && steps > 0 && (last === null || last.status === "DONE" || last.status === "CANCELLED");
}
