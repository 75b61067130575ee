// What the figures on top of the page are about.

import type { OnDemandService, OnDemandState } from "@/api/generated";

export interface Counts {
  awake: number;
  asleep: number;
  starting: number;
  /** Failed, or held: what a person should look at. */
  trouble: number;
  /** Nobody has said how it stands. */
  unknown: number;
}

const GROUPS: Record<OnDemandState, keyof Counts> = { awake: "awake", asleep: "asleep", falling_asleep: "asleep", starting: "starting", held: "trouble", failed: "trouble" };

export function countsOf(services: readonly Pick<OnDemandService, "state">[]): Counts {
  const counts: Counts = { awake: 0, asleep: 0, starting: 0, trouble: 0, unknown: 0 };
  for (const { state } of services) counts[state === null ? "unknown" : GROUPS[state]] += 1;
  return counts;
}

/** Those that need somebody come first, then those that do something, then those that sleep; within, as the server has them. */
const RANK: Record<OnDemandState, number> = { failed: 0, held: 1, starting: 2, awake: 3, falling_asleep: 4, asleep: 5 };

export function byNeed<Service extends Pick<OnDemandService, "state">>(services: readonly Service[]): Service[] {
  const rank = ({ state }: Service) => (state === null ? 6 : RANK[state]);
  return services.toSorted((a, b) => rank(a) - rank(b));
}
