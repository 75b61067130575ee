import { setPreferences, usePreferences } from "@/preferences";
import { Select } from "@/ui/Field";
import type { ReactElement } from "react";
import { loadLanguage } from "./language";

/** Each language is called by its own name, for those who read no other. */
const LANGUAGES = [
  { value: "en", label: "English" },
  { value: "fr", label: "Français" },
] as const;

export function LanguageSwitch(): ReactElement {
  const { language } = usePreferences();
  return (
    <Select
      label="Language / Langue"
      value={language}
      choices={LANGUAGES}
      onChange={(value) => {
        void loadLanguage(value).then(() => setPreferences({ language: value }));
      }}
    />
  );
}
