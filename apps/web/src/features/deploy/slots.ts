// The deploy slots that a version declares, read from its resolved model.

import type { ComposeModel } from "@/api/generated";

export interface Slot {
  service: string;
  name: string;
  target: string;
  form: "file" | "tree";
  /** Which names it takes, as a pattern; null for any. */
  pattern: string | null;
}

type Free = Record<string, unknown>;

export function slotsOf(model: ComposeModel): Slot[] {
  return Object.entries(model.services).flatMap(([service, definition]) => {
    const declared = object(object(definition["x-core-monitor"])["deploy"]);
    return Object.entries(declared).map(([name, slot]): Slot => {
      const { target, form, name: pattern } = object(slot);
      return {
        service,
        name,
        target: typeof target === "string" ? target : "",
        form: form === "tree" ? "tree" : "file",
        pattern: typeof pattern === "string" ? pattern : null,
      };
    });
  });
}

function object(value: unknown): Free {
  return typeof value === "object" && value !== null ? (value as Free) : {};
}

/** Whether a slot takes a file of this name: `*` stands for any characters, `?` for one. */
export function takes(slot: Slot, fileName: string): boolean {
  if (slot.pattern === null || slot.form === "tree") return true;
  const escaped = slot.pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${escaped}$`).test(fileName);
}
