// What a person has chosen for this browser, as it is stored: theme, language, how times are shown. `public/theme.js` reads the same key
// before the first paint.

export interface Preferences {
  theme: "system" | "light" | "dark";
  language: "en" | "fr";
  times: "relative" | "absolute";
}

/** Where the browser keeps it. */
export const KEY = "core-monitor";

export function readChosen(): Preferences {
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
