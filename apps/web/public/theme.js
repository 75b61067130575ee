// Runs before the first paint; src/preferences.ts writes the same key.
(function () {
  try {
    const saved = JSON.parse(localStorage.getItem("core-monitor") || "{}");
    if (saved.theme === "light" || saved.theme === "dark") document.documentElement.dataset.theme = saved.theme;
    if (saved.language === "fr" || saved.language === "en") document.documentElement.lang = saved.language;
  } catch {
    // Without storage the system's theme applies.
  }
})();
