// What the page is called in the tab of the browser, in its history and in bookmarks.

import { useLingui } from "@lingui/react";
import { useEffect, type RefObject } from "react";

const PRODUCT = "Core Monitor";

let current = PRODUCT;
const listeners = new Set<() => void>();

export const pageTitle = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  read: () => current,
};

function entitle(parts: readonly (string | null | undefined)[]): void {
  const what = parts.filter((part) => part !== undefined && part !== null && part !== "").join(" · ");
  const next = what === "" ? PRODUCT : `${what} – ${PRODUCT}`;
  if (next === current) return;
  current = next;
  document.title = next;
  for (const listener of listeners) listener();
}

/**
 * Calls the page what its heading says, so that the two cannot differ. `part` stands before it, such as the open tab of a stack; `of`
 * behind it, such as the stack of a command. A heading that is null names nothing.
 */
export function useTitleOf(heading: RefObject<HTMLElement | null>, { part, of }: { part?: string | undefined; of?: string | undefined } = {}): void {
  // Another language is another title.
  useLingui();
  // After every render: the heading may say something else now.
  useEffect(() => {
    if (heading.current !== null) entitle([part, heading.current.textContent, of]);
  });
}
