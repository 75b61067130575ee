// Where in a compose file a position is: the keys that lead there, and whether a key or a value is written there.

import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

type Node = ReturnType<ReturnType<typeof syntaxTree>["resolveInner"]>;

export interface Cursor {
  /** The keys around it, outermost first; `[]` for an item of a list. */
  path: string[];
  /** What is being written: a key of `path`, or its value. */
  kind: "key" | "value";
  /** What has been written of it, up to the position. */
  word: string;
  /** Where that begins. */
  from: number;
}

/** Milliseconds that parsing up to a position may take; the editor itself parses in small portions, which may not have got there. */
const PATIENCE = 500;

function treeOf(state: EditorState, upTo = state.doc.length): ReturnType<typeof syntaxTree> {
  return ensureSyntaxTree(state, upTo, PATIENCE) ?? syntaxTree(state);
}

const KEY_WITH_VALUE = /^(?:\s*-\s)*\s*(?:"([^"]*)"|'([^']*)'|([^\s#"'[{][^:#]*?))\s*:\s+(?:"|')?([^"'#\s]*)$/;
const WORD = /(?:\$\{)?[\w.$/-]*$/;

/**
 * Reads the tree, and the indentation where there is no tree yet: a line that is just being written belongs to what is less
 * indented above it.
 */
export function cursorAt(state: EditorState, pos: number): Cursor {
  const line = state.doc.lineAt(pos);
  const before = line.text.slice(0, pos - line.from);
  const inner = treeOf(state, pos).resolveInner(pos, -1);
  const flow = flowAround(inner);
  if (flow !== null) return flowCursor(state, inner, pos);
  const column = /^(?:\s*-\s)*\s*/.exec(before)?.[0].length ?? 0;
  const path = pathTo(state, anchor(state, line.from + Math.min(column, before.length), before), column);
  const value = KEY_WITH_VALUE.exec(before);
  if (value !== null) {
    const word = value[4] ?? "";
    return { path: [...path, value[1] ?? value[2] ?? value[3] ?? ""], kind: "value", word, from: pos - word.length };
  }
  const word = WORD.exec(before)?.[0] ?? "";
  // Behind a dash there may be a value or the first key of a mapping: both are offered.
  return { path: [...path, ...dashes(before, path)], kind: "key", word, from: pos - word.length };
}

/** The items that the dashes of this very line begin, if the tree does not know them yet. */
function dashes(before: string, path: readonly string[]): string[] {
  return /^\s*-\s/.test(before) && path.at(-1) !== "[]" ? ["[]"] : [];
}

/** A node on this line if there is one, else at the end of the text above. */
function anchor(state: EditorState, from: number, before: string): Node {
  const tree = treeOf(state, from);
  const written = before.trim() !== "" && before.trim() !== "-";
  if (written) return tree.resolveInner(from, 1);
  const above = state.sliceDoc(0, from).replace(/[\s-]+$/, "").length;
  return tree.resolveInner(withoutComments(state, above), -1);
}

/** The end of the text before a position that is no comment. */
function withoutComments(state: EditorState, pos: number): number {
  let end = pos;
  for (;;) {
    const line = state.doc.lineAt(end);
    const hash = /(^|\s)#/.exec(line.text.slice(0, end - line.from));
    if (hash === null || line.number === 1) return end;
    const text = line.text.slice(0, hash.index).trimEnd();
    if (text !== "") return line.from + text.length;
    end = state.sliceDoc(0, line.from).trimEnd().length;
  }
}

/** The keys of the pairs around a node that are less indented than the column. */
function pathTo(state: EditorState, start: Node, column: number): string[] {
  const path: string[] = [];
  for (let node: Node | null = start; node !== null; node = node.parent) {
    if (node.name !== "Pair" && node.name !== "Item") continue;
    const from = node.name === "Item" ? node.from - 1 : node.from;
    if (from - state.doc.lineAt(from).from >= column) continue;
    path.unshift(node.name === "Item" ? "[]" : keyOf(state, node));
  }
  return path;
}

function flowAround(node: Node): Node | null {
  for (let each: Node | null = node; each !== null; each = each.parent) {
    if (each.name === "FlowMapping" || each.name === "FlowSequence") return each;
    if (each.name === "BlockMapping" || each.name === "BlockSequence") return null;
  }
  return null;
}

/** Inside braces and brackets indentation says nothing; the tree says everything. */
function flowCursor(state: EditorState, inner: Node, pos: number): Cursor {
  const path: string[] = [];
  let kind: Cursor["kind"] | null = null;
  for (let node: Node | null = inner; node !== null; node = node.parent) {
    if (node.name === "FlowMapping") kind ??= "key";
    if (node.name === "FlowSequence") {
      kind ??= "key";
      path.unshift("[]");
    }
    if (node.name !== "Pair") continue;
    const key = node.getChild("Key");
    if (kind === null && key !== null && pos <= key.to) {
      kind = "key";
      continue;
    }
    kind ??= "value";
    path.unshift(keyOf(state, node));
  }
  const word = WORD.exec(state.sliceDoc(state.doc.lineAt(pos).from, pos))?.[0] ?? "";
  return { path, kind: kind ?? "key", word, from: pos - word.length };
}

function keyOf(state: EditorState, pair: Node): string {
  const key = pair.getChild("Key");
  return key === null ? "" : state.sliceDoc(key.from, key.to).replace(/^["']|["']$/g, "");
}

/** The keys below a path, such as all services below `services`. Paths through lists have none. */
export function keysBelow(state: EditorState, path: readonly string[]): string[] {
  let node: Node | null = treeOf(state).topNode.getChild("Document");
  for (const name of path) node = pairsIn(state, node).find((each) => each.key === name)?.node ?? null;
  return pairsIn(state, node).map((each) => each.key);
}

/** Where the key at the end of a path is written; null if it is not. */
export function positionOf(state: EditorState, path: readonly string[]): { from: number; to: number } | null {
  let node: Node | null = treeOf(state).topNode.getChild("Document");
  let key: Node | null = null;
  for (const name of path) {
    const found = pairsIn(state, node).find((each) => each.key === name);
    if (found === undefined) return null;
    node = found.node;
    key = found.node.getChild("Key");
  }
  return key === null ? null : { from: key.from, to: key.to };
}

function pairsIn(state: EditorState, node: Node | null): { key: string; node: Node }[] {
  const mapping = node?.getChild("BlockMapping") ?? node?.getChild("FlowMapping");
  return (mapping?.getChildren("Pair") ?? []).map((pair) => ({ key: keyOf(state, pair), node: pair }));
}

/** Where a further entry of a section of the file goes. */
export interface Section {
  at: number;
  /** In braces. */
  flow: boolean;
  empty: boolean;
  /** Before each entry, where it is not in braces. */
  indent: string;
}

/** The end of a section of the file; null if there is none. */
export function sectionAt(state: EditorState, name: string): Section | null {
  const pair = pairsIn(state, treeOf(state).topNode.getChild("Document")).find((each) => each.key === name)?.node;
  const key = pair?.getChild("Key");
  if (pair === undefined || key === null || key === undefined) return null;
  const flow = pair.getChild("FlowMapping");
  const last = pairsIn(state, pair).at(-1)?.node;
  if (flow !== null) return { at: last?.to ?? flow.from + 1, flow: true, empty: last === undefined, indent: "" };
  if (last === undefined) return { at: state.doc.lineAt(key.to).to, flow: false, empty: true, indent: "  " };
  const written = state.sliceDoc(0, last.to).trimEnd().length;
  return { at: state.doc.lineAt(written).to, flow: false, empty: false, indent: " ".repeat(last.from - state.doc.lineAt(last.from).from) };
}
