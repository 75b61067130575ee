// Which lines a choice has written.

export interface Lines {
  /** From 1. */
  since: number;
  /** Included. */
  until: number;
}

/** The lines of `after` that `before` does not have at that place; null if lines were only taken away, or none. */
export function writtenLines(before: string, after: string): Lines | null {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  return now.length - tail > head ? { since: head + 1, until: now.length - tail } : null;
}
