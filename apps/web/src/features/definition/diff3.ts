// Merges two texts that were made from the same one, line by line.

/** Cells of the table of common lines above which two texts count as entirely different. */
const MOST_CELLS = 4_000_000;

export interface MergedText {
  text: string;
  /** Places that both have changed, differently. There the text has what is mine. */
  conflicts: number;
}

export function mergeText(base: string, mine: string, theirs: string): MergedText {
  if (mine === theirs || theirs === base) return { text: mine, conflicts: 0 };
  if (mine === base) return { text: theirs, conflicts: 0 };
  const [from, left, right] = [lines(base), lines(mine), lines(theirs)];
  const [toMine, toTheirs] = [commonLines(from, left), commonLines(from, right)];
  const out: string[] = [];
  let conflicts = 0;
  const at = { base: 0, mine: 0, theirs: 0 };
  const take = (end: typeof at) => {
    const [old, own, other] = [from.slice(at.base, end.base), left.slice(at.mine, end.mine), right.slice(at.theirs, end.theirs)];
    if (same(own, old)) out.push(...other);
    else {
      if (!same(other, old) && !same(other, own)) conflicts += 1;
      out.push(...own);
    }
    Object.assign(at, end);
  };
  for (const [line, text] of from.entries()) {
    const [own, other] = [toMine[line], toTheirs[line]];
    if (own === undefined || other === undefined) continue;
    // A line that all three have: what lies before it is one place.
    take({ base: line, mine: own, theirs: other });
    out.push(text);
    Object.assign(at, { base: line + 1, mine: own + 1, theirs: other + 1 });
  }
  take({ base: from.length, mine: left.length, theirs: right.length });
  return { text: out.join(""), conflicts };
}

/** Lines with their ends, so that joining them gives the text again. */
function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}

/** For each line of `one` its place in `other`, along the longest sequence of lines that both have. Texts that are too long for it share only how they begin and end. */
export function commonLines(one: readonly string[], other: readonly string[]): (number | undefined)[] {
  const found: (number | undefined)[] = Array.from({ length: one.length });
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) {
    found[start] = start;
    start += 1;
  }
  let [end, otherEnd] = [one.length, other.length];
  while (end > start && otherEnd > start && one[end - 1] === other[otherEnd - 1]) {
    end -= 1;
    otherEnd -= 1;
    found[end] = otherEnd;
  }
  const [rows, columns] = [end - start, otherEnd - start];
  if (rows * columns > MOST_CELLS) return found;
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  const length = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = rows - 1; row >= 0; row -= 1) {
    for (let column = columns - 1; column >= 0; column -= 1) {
      const equal = one[start + row] === other[start + column];
      lengths[row * width + column] = equal ? length(row + 1, column + 1) + 1 : Math.max(length(row + 1, column), length(row, column + 1));
    }
  }
  let [row, column] = [0, 0];
  while (row < rows && column < columns) {
    if (one[start + row] === other[start + column]) {
      found[start + row] = start + column;
      row += 1;
      column += 1;
    } else if (length(row + 1, column) >= length(row, column + 1)) row += 1;
    else column += 1;
  }
  return found;
}
