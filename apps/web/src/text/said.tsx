// Sentences of the API. The server sends code, values and English; other languages are made here from the code. A code that this
// build does not know, from a newer server, is shown in English rather than not at all.

import type { Message } from "@/api/generated";
import { useLingui } from "@lingui/react";
import { useSyncExternalStore, type ReactElement } from "react";
import { valueWord } from "./values";

type Templates = Readonly<Record<string, string>>;

let templates: Templates | null = null;
let templatesOf = "en";
const listeners = new Set<() => void>();

/** Gets the sentences of a language ready. English needs none. */
export async function loadTemplates(locale: string): Promise<void> {
  templates = locale === "fr" ? ((await import("@/locales/api/fr.json")).default as Templates) : null;
  templatesOf = locale;
  for (const listener of listeners) listener();
}

/** The sentence in the language that is loaded. */
export function said(message: Message): string {
  const template = templates?.[message.code];
  return template === undefined ? message.text : fill(template, message);
}

/** Puts the values into `{names}`; a value that is a sentence itself is said in the same language. `{{` and `}}` are braces. */
function fill(template: string, message: Message): string {
  return template.replaceAll(/\{\{|\}\}|\{(\w+)\}/g, (whole: string, name: string | undefined) => {
    if (name === undefined) return whole.charAt(0);
    const nested = message.messages[name];
    if (nested !== undefined) return said(nested);
    const value = message.params[name];
    return value === undefined ? whole : valueWord(message.code, name, value);
  });
}

/** The values that are names somebody gave. */
const NAMES = ["container", "service", "stack", "volume", "network", "image", "name", "file", "path"];

function begins(text: string, name: string | undefined): boolean {
  return name !== undefined && name !== "" && text.startsWith(name);
}

/** The sentence as a sentence stands in a page: with a capital at its start. */
export function sentence(message: Message): string {
  const text = said(message);
  // A name keeps its case, in backticks or as the first word.
  if (NAMES.some((name) => begins(text, message.params[name]))) return text;
  return text.charAt(0).toLocaleUpperCase(templatesOf) + text.slice(1);
}

/** A sentence of the API in the language of the page, with `code` set as code. */
export function Said({ message }: { message: Message }): ReactElement {
  useLingui();
  useSyncExternalStore(subscribe, () => templates);
  return <Marked text={sentence(message)} />;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A text in which what stands between backticks is code. */
export function Marked({ text }: { text: string }): ReactElement {
  const parts = text.split("`");
  if (parts.length < 3 || parts.length % 2 === 0) return <>{text}</>;
  return <>{parts.map((part, index) => (index % 2 === 1 ? <code key={index}>{seen(part)}</code> : part))}</>;
}

/** Spaces alone would be a hole in the sentence. */
function seen(code: string): string {
  return code.trim() === "" ? code.replaceAll(" ", "␣").replaceAll("\t", "→") : code;
}
