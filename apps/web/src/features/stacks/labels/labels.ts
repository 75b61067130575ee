// Labels of a stack as they are typed: one per line, `key=value`. The server says the same; here it is said while one types.

export type Labels = Readonly<Record<string, string>>;

/** So many the server takes. */
export const MOST_LABELS = 32;

const KEY = /^[a-z0-9](?:[a-z0-9\-_./]{0,61}[a-z0-9])?$/;
const VALUE = /^[A-Za-z0-9\-_.]{0,63}$/;

export interface LabelProblem {
  /** What is wrong: no `=`, the key, the value, a key that is there twice, or too many of them. */
  kind: "form" | "key" | "value" | "twice" | "many";
  /** The line or the key that it is about. */
  text: string;
}

export const labelText = ([key, value]: readonly [string, string]): string => `${key}=${value}`;

/** In the order of their keys, as they are shown. */
export const labelsIn = (labels: Labels): string[] => Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(labelText);

export const sameLabels = (a: Labels, b: Labels): boolean => labelsIn(a).join("\n") === labelsIn(b).join("\n");

/** Reads what was typed; the first problem if there is one. */
export function parseLabels(text: string): { labels: Labels } | { problem: LabelProblem } {
  const labels = new Map<string, string>();
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (line === "") continue;
    const at = line.indexOf("=");
    const [key, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    if (at === -1) return { problem: { kind: "form", text: line } };
    if (!KEY.test(key)) return { problem: { kind: "key", text: key } };
    if (!VALUE.test(value)) return { problem: { kind: "value", text: value } };
    if (labels.has(key)) return { problem: { kind: "twice", text: key } };
    labels.set(key, value);
  }
  return labels.size > MOST_LABELS ? { problem: { kind: "many", text: String(labels.size) } } : { labels: Object.fromEntries(labels) };
}
