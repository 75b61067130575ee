// What an attribute means, while one points at it.

import type { ComposeAttribute } from "@/api/generated";
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import { hoverTooltip, type Tooltip } from "@codemirror/view";
import type { EditorState } from "@codemirror/state";
import { cursorAt } from "./cursor";
import type { CompletionWords } from "./complete";
import type { SchemaIndex } from "./schema";

/** The attribute whose key is at a position. */
export function attributeAt(state: EditorState, pos: number, schema: SchemaIndex): { attribute: ComposeAttribute; from: number; to: number } | null {
  let node = (ensureSyntaxTree(state, pos + 1, 200) ?? syntaxTree(state)).resolveInner(pos, 1);
  while (node.name !== "Key") {
    if (node.parent === null || node.name === "Pair") return null;
    node = node.parent;
  }
  const key = state.sliceDoc(node.from, node.to).replace(/^["']|["']$/g, "");
  const attribute = schema.at([...cursorAt(state, node.from + 1).path, key]);
  return attribute === null || attribute.name === "*" ? null : { attribute, from: node.from, to: node.to };
}

export function explain(schema: SchemaIndex, words: CompletionWords) {
  return hoverTooltip((view, pos): Tooltip | null => {
    const found = attributeAt(view.state, pos, schema);
    if (found === null) return null;
    return { pos: found.from, end: found.to, above: true, create: () => ({ dom: card(found.attribute, words) }) };
  });
}

function card(attribute: ComposeAttribute, words: CompletionWords): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "cm-completionInfo";
  const name = document.createElement("strong");
  name.textContent = attribute.name;
  const rest = document.createElement("div");
  rest.textContent = attribute.summary[words.language];
  const kinds = document.createElement("div");
  kinds.className = "cm-completionDetail";
  kinds.textContent = [words.kinds(attribute), attribute.values.join(" | ")].filter((part) => part !== "").join(": ");
  dom.append(name, rest, kinds);
  return dom;
}
