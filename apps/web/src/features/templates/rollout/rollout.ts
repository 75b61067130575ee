// How the upgrade of all instances of a template stands, and what one would do.

import type { PlannedUpgrade, Rollout, RolloutPlan, RolloutState } from "@/api/generated";

/** As many upgrades as the server lets be under way at once. */
export const MOST_AT_ONCE = 50;

const OPEN = new Set<RolloutState>(["running", "stopping", "cancelling"]);

/** Upgrades are still under way, or wait. */
export const isOpen = ({ state }: Pick<Rollout, "state">): boolean => OPEN.has(state);

/** One that did all it was asked for is nothing to look at. */
export const isQuiet = ({ state, failed }: Pick<Rollout, "state" | "failed">): boolean => state === "done" && failed.length === 0;

/** How many instances it is about, and how many of them it is through with. */
export function countRollout({ waiting, under_way: underWay, upgraded, failed }: Pick<Rollout, "waiting" | "under_way" | "upgraded" | "failed">): { total: number; over: number } {
  const over = upgraded + failed.length;
  return { total: over + underWay.length + waiting, over };
}

/** The number that is written, or null for one that the server would refuse. */
export function atOnceOf(text: string): number | null {
  const number = Number(text);
  return text.trim() !== "" && Number.isInteger(number) && number >= 1 && number <= MOST_AT_ONCE ? number : null;
}

/** What a plan has of each. */
export function sortPlan(items: readonly PlannedUpgrade[]): Record<PlannedUpgrade["kind"], PlannedUpgrade[]> {
  const of = (kind: PlannedUpgrade["kind"]) => items.filter((item) => item.kind === kind);
  return { upgrade: of("upgrade"), refused: of("refused"), none: of("none") };
}

/** Nothing to upgrade on the first page says nothing about the others. */
export const changesNothing = ({ items, next }: Pick<RolloutPlan, "items" | "next">): boolean => next === null && items.every(({ kind }) => kind !== "upgrade");
