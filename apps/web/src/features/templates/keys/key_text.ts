/** The keys that somebody has typed: one on a line, or between commas and spaces. Each counts once. */
export function keysOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((key) => key !== ""))];
}
