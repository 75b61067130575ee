// Named secrets of the installation as the editor offers them: what is chosen gives a service the secret and declares it at the end of
// the file, so that nobody has to know how that is written.

import type { Completion } from "@codemirror/autocomplete";
import type { EditorState } from "@codemirror/state";
import { keysBelow, sectionAt, type Cursor } from "./cursor";

/** Those that can be written at the cursor: for a service that has none yet, in its list, and in the section `secrets`. */
export function namedSecretsAt(state: EditorState, { path, kind }: Cursor, secrets: readonly string[], detail: string): Completion[] {
  const [top, service, key] = path;
  const free = secrets.filter((name) => !keysBelow(state, ["secrets"]).includes(name));
  if (top === "secrets") {
    return path.length === 1 && kind === "key" ? free.map((name) => ({ label: name, detail, type: "variable", apply: declaration(name) })) : [];
  }
  if (top !== "services" || service === undefined) return [];
  if (path.length === 2 && kind === "key" && !keysBelow(state, path).includes("secrets")) {
    return secrets.map((name) => option(`secrets: ${name}`, `secrets: [${scalar(name)}]`, name, detail, -2));
  }
  if (key !== "secrets" || path.length > 4) return [];
  // In a list that has begun; on the line below the key; and behind the key.
  const written = (name: string) => (path.length === 4 ? scalar(name) : kind === "key" ? `- ${scalar(name)}` : `[${scalar(name)}]`);
  return path.length === 4 && path[3] !== "[]" ? [] : free.map((name) => option(name, written(name), name, detail, 0));
}

function option(label: string, insert: string, name: string, detail: string, boost: number): Completion {
  return {
    label,
    detail,
    boost,
    type: "variable",
    apply: (view, _completion, from, to) => {
      const { changes, anchor } = withDeclaration(view.state, name, { from, to, insert });
      view.dispatch({ changes, selection: { anchor }, userEvent: "input.complete", scrollIntoView: true });
    },
  };
}

interface Change {
  from: number;
  to: number;
  insert: string;
}

/** A change together with what declares the secret, if the file does not; the cursor is behind the change. */
export function withDeclaration(state: EditorState, name: string, change: Change): { changes: Change[]; anchor: number } {
  const declared = declaring(state, name, change.to);
  const anchor = change.from + change.insert.length;
  if (declared === null) return { changes: [change], anchor };
  const before = declared.to <= change.from && declared.from < change.from;
  return before ? { changes: [declared, change], anchor: anchor + declared.insert.length } : { changes: [change, declared], anchor };
}

/** What declares a secret in a file; null where it is declared. A new section begins after `least`, where somebody is writing. */
function declaring(state: EditorState, name: string, least: number): Change | null {
  if (keysBelow(state, ["secrets"]).includes(name)) return null;
  const section = sectionAt(state, "secrets");
  if (section === null) {
    const end = Math.max(state.doc.toString().trimEnd().length, least);
    return { from: end, to: state.doc.length, insert: `\n\nsecrets:\n  ${declaration(name)}\n` };
  }
  const insert = section.flow ? `${section.empty ? "" : ", "}${declaration(name)}` : `\n${section.indent}${declaration(name)}`;
  return { from: section.at, to: section.at, insert };
}

const declaration = (name: string): string => `${scalar(name)}: {external: true}`;

/** Quoted where YAML would read a number, a truth value or nothing. */
const scalar = (name: string): string => (/^[A-Za-z]/.test(name) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(name) ? name : `"${name}"`);
