// Places that the server names by line and column, in the text of an editor.

import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { Severity } from "@/api/generated";

/** Something about a file: an error, a warning or a finding of the server. */
export interface Remark {
  severity: Severity;
  /** Its code. */
  source: string;
  message: string;
  /** From 1; null concerns the file as a whole. */
  line: number | null;
  column: number | null;
  length: number | null;
}

export function diagnosticsOf(doc: Text, remarks: readonly Remark[]): Diagnostic[] {
  return remarks.map(({ severity, source, message, line, column, length }) => ({ ...rangeOf(doc, line, column, length), severity, source, message }));
}

/** The range of a place. The text may have become shorter since it was named. */
export function rangeOf(doc: Text, line: number | null, column: number | null, length: number | null): { from: number; to: number } {
  const { from, to, text } = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
  const start = Math.min(from + afterCharacters(text, (column ?? 1) - 1), to);
  const end = Math.min(start + afterCharacters(text.slice(start - from), Math.max(length ?? 0, 1)), to);
  // Something empty, such as the end of a line, shows as the word before it.
  return start < end || from === to ? { from: start, to: end } : { from: from + text.search(/\S|$/), to };
}

/** The server counts characters, the editor UTF-16 units. */
function afterCharacters(text: string, count: number): number {
  let units = 0;
  let left = count;
  for (const character of text) {
    if (left <= 0) return units;
    units += character.length;
    left -= 1;
  }
  return units + Math.max(left, 0);
}
