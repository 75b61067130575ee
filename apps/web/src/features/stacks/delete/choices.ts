// What can be deleted of a stack, each apart from the others. Which combinations make sense is decided here.

import type { DeleteBody } from "@/api/generated";

export interface DeleteChoices {
  /** Containers and networks. */
  containers: boolean;
  /** Named volumes, with their data. */
  volumes: boolean;
  /** The stack with all its versions. */
  definition: boolean;
}

export const USUAL: DeleteChoices = { containers: true, volumes: false, definition: true };

/** The choices after one of them was turned. A volume cannot go while a container uses it, so each takes the other along. */
export function turn(choices: DeleteChoices, which: keyof DeleteChoices, on: boolean): DeleteChoices {
  const next = { ...choices, [which]: on };
  if (which === "volumes" && on) next.containers = true;
  if (which === "containers" && !on) next.volumes = false;
  return next;
}

/** `delete` takes everything down and forgets it, `forget` lets it run, `down` keeps the versions; null if nothing is chosen. */
export type Deletion = "delete" | "forget" | "down";

export function deletionOf({ containers, definition }: DeleteChoices): Deletion | null {
  if (containers) return definition ? "delete" : "down";
  return definition ? "forget" : null;
}

/** The name is typed where data is lost for good. */
export function needsName(choices: DeleteChoices): boolean {
  return choices.volumes;
}

export function mayDelete(choices: DeleteChoices, name: string, typed: string): boolean {
  return deletionOf(choices) !== null && (!needsName(choices) || typed.trim() === name);
}

export function bodyOf(choices: DeleteChoices, planId?: string): DeleteBody {
  return { ...choices, ...(planId !== undefined && { plan_id: planId }) };
}
