// Drafts survive a reload of the page. Values of secrets do not: they are never written anywhere in the browser.

import type { Draft } from "./draft";

const PREFIX = "core-monitor:draft:";

/** `key` is the id of a stack, or `new`. */
export function loadDraft(key: string): Draft | null {
  try {
    const text = sessionStorage.getItem(PREFIX + key);
    const draft = text === null ? null : (JSON.parse(text) as Partial<Draft>);
    if (draft === null || typeof draft.base !== "number" || typeof draft.files !== "object") return null;
    return { base: draft.base, files: draft.files, composeFiles: draft.composeFiles ?? null, variables: draft.variables ?? null, secrets: draft.secrets ?? {}, ...(typeof draft.name === "string" && { name: draft.name }) };
  } catch {
    return null;
  }
}

export function storeDraft(key: string, draft: Draft | null): void {
  try {
    if (draft === null) sessionStorage.removeItem(PREFIX + key);
    else sessionStorage.setItem(PREFIX + key, JSON.stringify({ ...draft, secrets: withoutValues(draft.secrets) }));
  } catch {
    // Without storage, or with more than fits, the draft lasts as long as the page.
  }
}

function withoutValues(secrets: Draft["secrets"]): Draft["secrets"] {
  return Object.fromEntries(Object.entries(secrets).filter(([, wish]) => wish.kind !== "set"));
}
