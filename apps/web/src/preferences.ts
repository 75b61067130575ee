// What a person has chosen for this browser, told to whoever shows it.

import { useSyncExternalStore } from "react";
import { KEY, readChosen, type Preferences } from "./chosen";

export type { Preferences } from "./chosen";

const listeners = new Set<() => void>();
let current = readChosen();

export function preferences(): Preferences {
  return current;
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Without storage it lasts as long as the page.
  }
  show();
  for (const listener of listeners) listener();
}

/** Puts theme and language on the document. */
export function show(): void {
  const { dataset } = document.documentElement;
  if (current.theme === "system") delete dataset["theme"];
  else dataset["theme"] = current.theme;
  document.documentElement.lang = current.language;
}

export function subscribePreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// Another tab may have changed them.
globalThis.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  current = readChosen();
  show();
  for (const listener of listeners) listener();
});

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribePreferences, preferences);
}
