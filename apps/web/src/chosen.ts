// What a person has chosen for this browser, as it is stored: theme, language, how times are shown, how versions are applied.
// `public/theme.js` reads the same key before the first paint.

import type { OnFailure, Readiness } from "@/api/generated";

export interface Preferences {
  theme: "system" | "light" | "dark";
  language: "en" | "fr";
  times: "relative" | "absolute";
  /** What was chosen last for an apply that fails, where it was not what the stack says; null if it was. */
  onFailure: OnFailure | null;
  /** When an apply counted as done, the last time. */
  readiness: Readiness;
}

/** Where the browser keeps it. */
export const KEY = "core-monitor";

export function readChosen(): Preferences {
  const defaults: Preferences = {
    theme: "system",
    language: navigator.languages[0]?.startsWith("fr") === true ? "fr" : "en",
    times: "relative",
    onFailure: null,
    readiness: "ready",
  };
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
    return {
      theme: saved.theme === "light" || saved.theme === "dark" ? saved.theme : defaults.theme,
      language: saved.language === "fr" || saved.language === "en" ? saved.language : defaults.language,
      times: saved.times === "absolute" ? "absolute" : defaults.times,
      onFailure: saved.onFailure === "rollback" || saved.onFailure === "hold" || saved.onFailure === "continue" ? saved.onFailure : defaults.onFailure,
      readiness: saved.readiness === "started" ? "started" : defaults.readiness,
    };
  } catch {
    return defaults;
  }
}
