// Colours of terminal output. Only colours and weights are taken from the escape sequences; everything else they could do to a
// terminal is dropped, and no escape sequence ever reaches the document.

export interface Span {
  text: string;
  /** Names of classes of `LogRow.module.css`; empty for plain text. */
  style: readonly string[];
}

/** ESC [ … m sets colours; every other sequence (cursor, title, links) and every other control character goes, and so do marks that turn the direction of text. */
// eslint-disable-next-line no-control-regex
const SEQUENCE = /\u001B\[([\d;:]*)m|\u001B\[[\d;:?<=>]*[ -/]*[@-~]|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|\u001B[@-Z\\-_]|[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

interface Pen {
  colour: string | null;
  bold: boolean;
  faint: boolean;
  italic: boolean;
  underline: boolean;
}

const PLAIN: Pen = { colour: null, bold: false, faint: false, italic: false, underline: false };

/** The parts of a line, each with its style. */
export function spans(line: string): Span[] {
  const found: Span[] = [];
  let pen = PLAIN;
  let from = 0;
  for (const match of line.matchAll(SEQUENCE)) {
    push(found, line.slice(from, match.index), pen);
    from = match.index + match[0].length;
    if (match[1] !== undefined) pen = turn(pen, match[1]);
  }
  push(found, line.slice(from), pen);
  return found;
}

/** The text alone, for search and copying. */
export function plain(line: string): string {
  return line.replaceAll(SEQUENCE, "");
}

function push(found: Span[], text: string, pen: Pen): void {
  if (text === "") return;
  const style = [pen.colour, pen.bold && "bold", pen.faint && "faint", pen.italic && "italic", pen.underline && "underline"];
  found.push({ text, style: style.filter((name) => typeof name === "string") });
}

function turn(pen: Pen, parameters: string): Pen {
  let next = pen;
  const codes = parameters === "" ? [0] : parameters.split(/[;:]/).map(Number);
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    // 256 colours and true colours name the colour behind themselves; a page with two themes shows none of them.
    if (code === 38 || code === 48) index += codes[index + 1] === 2 ? 4 : 2;
    else next = apply(next, code);
  }
  return next;
}

function apply(pen: Pen, code: number): Pen {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...pen, bold: true };
  if (code === 2) return { ...pen, faint: true };
  if (code === 3) return { ...pen, italic: true };
  if (code === 4) return { ...pen, underline: true };
  if (code === 22) return { ...pen, bold: false, faint: false };
  if (code === 23) return { ...pen, italic: false };
  if (code === 24) return { ...pen, underline: false };
  if (code === 39) return { ...pen, colour: null };
  const name = NAMES[code >= 90 ? code - 90 : code - 30];
  return name === undefined ? pen : { ...pen, colour: name };
}
