// Loads one language at a time, interface and sentences of the API together, so that a page is never half in another one.

import { loadTemplates } from "@/text/said";
import { i18n } from "@lingui/core";
import type { Preferences } from "@/preferences";

export async function loadLanguage(language: Preferences["language"]): Promise<void> {
  const [{ messages }] = await Promise.all([
    language === "fr" ? import("@/locales/fr.po") : import("@/locales/en.po"),
    loadTemplates(language),
  ]);
  i18n.loadAndActivate({ locale: language, messages });
}
