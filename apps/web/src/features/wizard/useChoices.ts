import type { CatalogEntry } from "@/api/generated";
import { useEffect, useReducer } from "react";
import { nextKey, reduce, type Catalogue, type Change, type Choices, type WizardState } from "./choices";
import { freeName } from "./fitting";
import { loadChoices, storeChoices } from "./store";

/** The choices under a key of the tab, and how they are changed. */
export function useChoices(storeKey: string, catalogue: Catalogue, begin: Choices, taken: readonly string[]) {
  const [state, change] = useReducer(
    (before: WizardState, each: Change) => reduce(before, each, catalogue),
    null,
    (): WizardState => ({ choices: loadChoices(storeKey) ?? begin, removed: null }),
  );
  const { choices, removed } = state;
  useEffect(() => {
    storeChoices(storeKey, choices === begin ? null : choices, catalogue);
  }, [storeKey, choices, begin, catalogue]);
  const add = (entry: CatalogEntry, user?: { key: number; requirement: string }): number => {
    const key = nextKey(choices.components, removed);
    const as = freeName(entry.id, new Set([...choices.components.map((each) => each.as), ...taken]));
    change({ kind: "add", key, entry: entry.id, as, ...(user !== undefined && { user }) });
    return key;
  };
  return { choices, removed, change, add };
}
