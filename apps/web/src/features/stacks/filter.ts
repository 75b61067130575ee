// What the list of stacks is narrowed to and ordered by. It lives in the address, so that it can be shared and survives a reload. The
// list is read to its end and changes while one looks, so it is ordered here: a page that the server has sorted would be out of date
// with the first stack that changes its state. The order is the server's.

import type { StackListItem, StackState } from "@/api/generated";
import { STACK_STATES } from "@/text/states";
import type { Sort } from "@/ui/Table";
import { drifts } from "./course";
import { labelsIn } from "./labels/labels";

export interface StackFilter {
  text?: string;
  state?: StackState | "drifted" | "attention";
  sort?: "name" | "state" | "command";
  descending?: boolean;
}

export function parseStackFilter(search: Record<string, unknown>): StackFilter {
  const { text, state, sort, descending } = search;
  return {
    ...(typeof text === "string" && text !== "" && { text }),
    ...(isState(state) && { state }),
    ...((sort === "state" || sort === "command") && { sort }),
    ...(descending === true && { descending }),
  };
}

function isState(value: unknown): value is NonNullable<StackFilter["state"]> {
  return typeof value === "string" && (value in STACK_STATES || value === "drifted" || value === "attention");
}

/** Stacks that a person should look at. */
export function needsAttention(stack: StackListItem): boolean {
  return stack.state === "degraded" || stack.last_command?.status === "FAILED" || stack.health === "unhealthy" || drifts(stack);
}

export function filterStacks(stacks: readonly StackListItem[], filter: StackFilter): StackListItem[] {
  const text = filter.text?.toLowerCase() ?? "";
  const kept = stacks.filter((stack) => [stack.name, ...labelsIn(stack.labels)].some((word) => word.toLowerCase().includes(text)) && hasState(stack, filter.state));
  const by = filter.sort ?? "name";
  const turn = filter.descending === true ? -1 : 1;
  // Those that are equal stay in the order of their names, whichever way round the others are.
  return kept.toSorted((a, b) => turn * compare(a, b, by) || byName(a, b));
}

function hasState(stack: StackListItem, state: StackFilter["state"]): boolean {
  if (state === undefined) return true;
  if (state === "drifted") return drifts(stack);
  if (state === "attention") return needsAttention(stack);
  return stack.state === state;
}

/** From bad to good, and what is not in use at the end. */
const WORST_FIRST: Record<StackState, number> = { degraded: 0, partial: 1, stopped: 2, unknown: 3, running: 4, asleep: 5, completed: 6, not_applied: 7 };

const byName = (a: StackListItem, b: StackListItem): number => a.name.localeCompare(b.name, "en");

function compare(a: StackListItem, b: StackListItem, by: NonNullable<StackFilter["sort"]>): number {
  if (by === "state") return WORST_FIRST[a.state] - WORST_FIRST[b.state];
  if (by === "command") return (a.last_command?.seq ?? 0) - (b.last_command?.seq ?? 0);
  return byName(a, b);
}

export function sortOf(filter: StackFilter): Sort {
  return { column: filter.sort ?? "name", descending: filter.descending === true };
}
