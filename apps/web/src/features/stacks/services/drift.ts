// Differences as people see them: by service, where the server names every single step that would undo them.

import type { Drift, DriftStep, Message } from "@/api/generated";

export interface DriftPlace {
  /** The service, or the network, volume or image that belongs to none. */
  name: string;
  causes: Message[];
  actions: Message[];
}

export function groupDrift(steps: readonly DriftStep[]): DriftPlace[] {
  const places = new Map<string, DriftPlace>();
  for (const { service, subject, cause, action } of steps) {
    const name = service ?? subject;
    const place = places.get(name) ?? { name, causes: [], actions: [] };
    places.set(name, place);
    if (!place.causes.some((known) => known.text === cause.text)) place.causes.push(cause);
    place.actions.push(action);
  }
  return [...places.values()].map(({ name, causes, actions }) => ({ name, causes: telling(causes), actions }));
}

/** Why steps within a replacement are needed: the container that comes in place of another is missing, and has the name of that one for a while. */
const INNER = new Set(["cause_missing", "cause_wrong_name"]);

/** What a person would call different. What only follows from that says something that is not true of the service as it runs. */
function telling(causes: readonly Message[]): Message[] {
  const own = causes.filter(({ code }) => !INNER.has(code));
  return own.length > 0 ? own : [...causes];
}

/** In how many places what runs differs: the one number that is told about it. */
export function countPlaces({ steps, files }: Pick<Drift, "steps" | "files">): number {
  return groupDrift(steps).length + files.length;
}
