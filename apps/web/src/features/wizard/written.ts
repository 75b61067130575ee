// Which lines a choice has written.

import { commonLines } from "@/features/definition/diff3";

export interface Lines {
  /** From 1. */
  since: number;
  /** Included. */
  until: number;
}

/** The lines of `after` that `before` does not have at that place; none if lines were only taken away. */
export function writtenLines(before: string, after: string): Lines[] {
  const now = after.split("\n");
  const kept = new Set(commonLines(before.split("\n"), now));
  const found: Lines[] = [];
  for (const index of now.keys()) {
    if (kept.has(index)) continue;
    const last = found.at(-1);
    if (last !== undefined && last.until === index) last.until = index + 1;
    else found.push({ since: index + 1, until: index + 1 });
  }
  return found;
}
