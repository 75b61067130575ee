// Which entries a few typed letters mean, best first.

export interface Rankable {
  /** What it is found by. */
  words: string;
}

/**
 * Entries that contain the letters of the text in their order, at most `most`. A word that begins with the text comes before one
 * that contains it, and that before letters scattered over the words.
 */
export function rank<Entry extends Rankable>(entries: readonly Entry[], text: string, most: number): Entry[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return entries.slice(0, most);
  return entries
    .map((entry, order) => ({ entry, order, score: score(entry.words.toLowerCase(), wanted) }))
    .filter(({ score: points }) => points > 0)
    .toSorted((a, b) => b.score - a.score || a.order - b.order)
    .slice(0, most)
    .map(({ entry }) => entry);
}

function score(words: string, wanted: string): number {
  if (words === wanted) return 5;
  if (words.startsWith(wanted)) return 4;
  if (words.includes(` ${wanted}`)) return 3;
  if (words.includes(wanted)) return 2;
  return wanted.split(/\s+/).every((part) => scattered(words, part)) ? 1 : 0;
}

function scattered(words: string, wanted: string): boolean {
  let place = 0;
  for (const letter of wanted) {
    place = words.indexOf(letter, place) + 1;
    if (place === 0) return false;
  }
  return true;
}
