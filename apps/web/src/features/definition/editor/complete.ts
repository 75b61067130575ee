// What can be written at the cursor: keys of the level, values of an attribute, names that the file itself declares.

import type { ComposeAttribute } from "@/api/generated";
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { EditorState } from "@codemirror/state";
import { cursorAt, keysBelow, type Cursor } from "./cursor";
import { namedSecretsAt } from "./named_secrets";
import type { SchemaIndex } from "./schema";

export interface CompletionWords {
  language: "en" | "fr";
  /** Beside names that the file declares. */
  declared: string;
  /** Beside named secrets, which the server has. */
  named: string;
  /** The kinds of values of an attribute, such as "text or list". */
  kinds: (attribute: ComposeAttribute) => string;
}

/** Names that are not in the file. */
export interface CompletionNames {
  variables: () => readonly string[];
  /** Named secrets that the stack may use. */
  secrets: () => readonly string[];
}

/** Keys of a service whose items or keys are names of another section. */
const REFERENCES: Readonly<Record<string, string>> = {
  depends_on: "services",
  networks: "networks",
  secrets: "secrets",
  configs: "configs",
  links: "services",
};

export function completeCompose(schema: SchemaIndex, words: CompletionWords, names: CompletionNames) {
  return (context: CompletionContext): CompletionResult | null => {
    const cursor = cursorAt(context.state, context.pos);
    if (!context.explicit && cursor.word === "" && cursor.kind === "key") return null;
    const variable = variableAt(context, names.variables());
    if (variable !== null) return variable;
    const options = [...optionsAt(context.state, cursor, schema, words), ...namedSecretsAt(context.state, cursor, names.secrets(), words.named)];
    return options.length === 0 ? null : { from: cursor.from, options, validFor: /^[\w.-]*$/ };
  };
}

export function optionsAt(state: EditorState, cursor: Cursor, schema: SchemaIndex, words: CompletionWords): Completion[] {
  const names = referencesAt(state, cursor, words);
  if (cursor.kind === "value") return [...valuesOf(schema.at(cursor.path)), ...names];
  const there = new Set(keysBelow(state, cursor.path));
  const keys = schema.keysAt(cursor.path).filter((attribute) => attribute.name !== "*" && attribute.name !== "[]" && !there.has(attribute.name));
  const items = cursor.path.at(-1) === "[]" ? valuesOf(schema.at(cursor.path)) : [];
  return [...keys.map((attribute) => keyOption(attribute, words)), ...items, ...names];
}

function keyOption(attribute: ComposeAttribute, words: CompletionWords): Completion {
  const opens = attribute.kinds.some((kind) => kind === "map" || kind === "list") && !attribute.kinds.some((kind) => kind !== "map" && kind !== "list");
  return {
    label: attribute.name,
    apply: opens ? `${attribute.name}:` : `${attribute.name}: `,
    detail: words.kinds(attribute),
    info: attribute.summary[words.language],
    boost: attribute.support === "full" ? 1 : -1,
    type: "property",
  };
}

function valuesOf(attribute: ComposeAttribute | null): Completion[] {
  if (attribute === null) return [];
  const values = attribute.values.length > 0 ? attribute.values : attribute.kinds.includes("boolean") ? ["true", "false"] : [];
  return values.map((label) => ({ label, type: "enum" }));
}

/** Names of services, networks, volumes, secrets and configs of the document, where they belong. */
function referencesAt(state: EditorState, { path, kind }: Cursor, words: CompletionWords): Completion[] {
  const [top, self, key, last] = path;
  if (top !== "services" || key === undefined) return [];
  const item = kind === "key" && (path.length === 3 || (path.length === 4 && last === "[]"));
  const section = REFERENCES[key];
  if (section !== undefined && item) {
    return keysBelow(state, [section]).filter((name) => section !== "services" || name !== self).map((label) => ({ label, detail: words.declared, type: "variable" }));
  }
  const companion = key === "x-core-monitor" && path[3] === "on-demand" && path[4] === "companions" && (kind === "value" || path.at(-1) === "[]");
  if (companion) return keysBelow(state, ["services"]).filter((name) => name !== self).map((label) => ({ label, detail: words.declared, type: "variable" }));
  const volume = key === "volumes" && (item || path.at(-1) === "source");
  return volume ? keysBelow(state, ["volumes"]).map((label) => ({ label, detail: words.declared, type: "variable", apply: item ? `${label}:` : label })) : [];
}

/** `${NA`: the variables of this definition. */
function variableAt(context: CompletionContext, names: readonly string[]): CompletionResult | null {
  const open = context.matchBefore(/\$\{?\w*$/);
  if (open === null || names.length === 0) return null;
  const brace = open.text.startsWith("${");
  return {
    from: open.from,
    options: names.map((name) => ({ label: `\${${name}}`, type: "variable", apply: brace && context.state.sliceDoc(context.pos, context.pos + 1) === "}" ? `\${${name}` : `\${${name}}` })),
    validFor: /^\$\{?\w*$/,
  };
}
