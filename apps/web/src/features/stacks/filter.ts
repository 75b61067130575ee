// What the list of stacks is narrowed to and ordered by. It lives in the address, so that it can be shared and survives a reload.

import type { StackListItem, StackState } from "@/api/generated";
import { STACK_STATES } from "@/text/states";
import type { Sort } from "@/ui/Table";

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
  return stack.state === "degraded" || stack.last_command?.status === "FAILED" || stack.health === "unhealthy" || (stack.drift_count ?? 0) > 0;
}

export function filterStacks(stacks: readonly StackListItem[], filter: StackFilter): StackListItem[] {
  const text = filter.text?.toLowerCase() ?? "";
  const kept = stacks.filter((stack) => stack.name.toLowerCase().includes(text) && hasState(stack, filter.state));
  return kept.toSorted((a, b) => (filter.descending === true ? -1 : 1) * (compare(a, b, filter.sort ?? "name") || a.name.localeCompare(b.name)));
}

function hasState(stack: StackListItem, state: StackFilter["state"]): boolean {
  if (state === undefined) return true;
  if (state === "drifted") return (stack.drift_count ?? 0) > 0;
  if (state === "attention") return needsAttention(stack);
  return stack.state === state;
}

function compare(a: StackListItem, b: StackListItem, by: NonNullable<StackFilter["sort"]>): number {
  if (by === "state") return a.state.localeCompare(b.state);
  if (by === "command") return (a.last_command?.seq ?? 0) - (b.last_command?.seq ?? 0);
  return a.name.localeCompare(b.name);
}

export function sortOf(filter: StackFilter): Sort {
  return { column: filter.sort ?? "name", descending: filter.descending === true };
}
