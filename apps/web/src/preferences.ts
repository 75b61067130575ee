// What a person has chosen for this browser: theme, language, how times are shown. `public/theme.js` reads the same key before
// the first paint.

import { useSyncExternalStore } from "react";

export interface Preferences {
  theme: "system" | "light" | "dark";
  language: "en" | "fr";
  times: "relative" | "absolute";
}

const KEY = "core-monitor";
const listeners = new Set<() => void>();
let current = read();

function read(): Preferences {
  const defaults: Preferences = {
    theme: "system",
    language: navigator.languages[0]?.startsWith("fr") === true ? "fr" : "en",
    times: "relative",
  };
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
    return {
      theme: saved.theme === "light" || saved.theme === "dark" ? saved.theme : defaults.theme,
      language: saved.language === "fr" || saved.language === "en" ? saved.language : defaults.language,
      times: saved.times === "absolute" ? "absolute" : defaults.times,
    };
  } catch {
    return defaults;
  }
}

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
  current = read();
  show();
  for (const listener of listeners) listener();
});

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribePreferences, preferences);
}
