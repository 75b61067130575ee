// Which lines a choice has written.

export interface Lines {
  /** From 1. */
  since: number;
  /** Included. */
  until: number;
}

/** Lines that are compared one by one; beyond, all between the first and the last that differ count as written. */
const MOST = 1_500;

/** The lines of `after` that `before` does not have at that place; none if lines were only taken away. */
export function writtenLines(before: string, after: string): Lines[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const [cut, added] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
  if (added.length === 0) return [];
  if (cut.length > MOST || added.length > MOST) return [{ since: head + 1, until: head + added.length }];
  return runs(unmatched(cut, added)).map(({ since, until }) => ({ since: since + head + 1, until: until + head + 1 }));
}

/** Which of `added` are not in the longest sequence of lines that it has in common with `cut`. */
function unmatched(cut: readonly string[], added: readonly string[]): number[] {
  const width = added.length + 1;
  const common = new Uint16Array((cut.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = cut.length - 1; row >= 0; row -= 1) {
    for (let column = added.length - 1; column >= 0; column -= 1) {
      common[row * width + column] = cut[row] === added[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const found: number[] = [];
  let row = 0;
  for (let column = 0; column < added.length; column += 1) {
    while (row < cut.length && cut[row] !== added[column] && at(row + 1, column) >= at(row, column + 1)) row += 1;
    if (row < cut.length && cut[row] === added[column]) row += 1;
    else found.push(column);
  }
  return found;
}

function runs(lines: readonly number[]): Lines[] {
  const found: Lines[] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last !== undefined && last.until === line - 1) last.until = line;
    else found.push({ since: line, until: line });
  }
  return found;
}
