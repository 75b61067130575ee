import { useState } from "react";
import { changesOf, countChanges, untouched, type Draft } from "./draft";
import { loadDraft, storeDraft } from "./store";

export interface Editing {
  draft: Draft;
  /** Whether there is something that is not saved. */
  dirty: boolean;
  change: (draft: Draft) => void;
  /** Goes back to what is saved. */
  discard: (base: number) => void;
}

/**
 * The draft of a stack, or of the new one. As long as nothing has been changed it follows the newest version; with changes it stays
 * on the version it began from, and whoever saves it decides what becomes of a newer one.
 */
export function useDraft(key: string, latest: number): Editing {
  const [held, setHeld] = useState<Draft>(() => loadDraft(key) ?? untouched(latest));
  const dirty = countChanges(changesOf(held)) > 0;
  // After saving, the new version is known here before the stack says so.
  const draft = dirty || held.base >= latest ? held : untouched(latest);
  const change = (next: Draft) => {
    setHeld(next);
    storeDraft(key, countChanges(changesOf(next)) > 0 || (next.name ?? "") !== "" ? next : null);
  };
  return { draft, dirty, change, discard: (base) => change(untouched(base)) };
}
