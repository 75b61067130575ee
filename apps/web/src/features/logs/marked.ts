// Marks what is looked for in a line, across the borders of its colours.

import type { Span } from "./ansi";

export interface Part extends Span {
  hit: boolean;
}

/** The spans, cut where a hit begins and ends. Upper and lower case are the same. */
export function marked(spans: readonly Span[], find: string): Part[] {
  if (find === "") return spans.map((span) => ({ ...span, hit: false }));
  const hits = ranges(spans.map((span) => span.text).join(""), find);
  const parts: Part[] = [];
  let at = 0;
  for (const span of spans) {
    const end = at + span.text.length;
    let from = at;
    for (const [begin, finish] of hits) {
      if (finish <= from || begin >= end) continue;
      cut(parts, span, at, from, Math.max(begin, from), false);
      cut(parts, span, at, Math.max(begin, from), Math.min(finish, end), true);
      from = Math.min(finish, end);
    }
    cut(parts, span, at, from, end, false);
    at = end;
  }
  return parts;
}

function cut(parts: Part[], span: Span, base: number, from: number, to: number, hit: boolean): void {
  if (to > from) parts.push({ text: span.text.slice(from - base, to - base), style: span.style, hit });
}

function ranges(text: string, find: string): [number, number][] {
  const found: [number, number][] = [];
  const [where, what] = [text.toLowerCase(), find.toLowerCase()];
  for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + what.length)) found.push([at, at + what.length]);
  return found;
}
