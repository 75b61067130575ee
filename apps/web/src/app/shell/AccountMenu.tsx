import { useSignOut } from "@/features/session/useSignOut";
import { setPreferences, usePreferences } from "@/preferences";
import { IconButton } from "@/ui/Button";
import { Menu } from "@/ui/Menu";
import { useLingui } from "@lingui/react/macro";
import { Clock, Languages, LogOut, Moon, Sun, SunMoon, UserRound } from "lucide-react";
import type { ReactElement } from "react";
import { loadLanguage } from "../language";

export function AccountMenu(): ReactElement {
  const { t } = useLingui();
  const signOut = useSignOut();
  const { theme, language, times } = usePreferences();
  const nextTheme = theme === "system" ? "light" : theme === "light" ? "dark" : "system";
  return (
    <Menu
      trigger={<IconButton label={t`Account and appearance`} icon={<UserRound size={17} />} />}
      entries={[
        {
          id: "theme",
          label: { system: t`Appearance: as the system`, light: t`Appearance: light`, dark: t`Appearance: dark` }[theme],
          icon: { system: <SunMoon size={15} />, light: <Sun size={15} />, dark: <Moon size={15} /> }[theme],
          onSelect: () => setPreferences({ theme: nextTheme }),
        },
        {
          id: "language",
          label: language === "en" ? "Français" : "English",
          icon: <Languages size={15} />,
          onSelect: () => {
            const other = language === "en" ? "fr" : "en";
            void loadLanguage(other).then(() => setPreferences({ language: other }));
          },
        },
        {
          id: "times",
          label: times === "relative" ? t`Times: how long ago` : t`Times: date and time`,
          icon: <Clock size={15} />,
          onSelect: () => setPreferences({ times: times === "relative" ? "absolute" : "relative" }),
        },
        { id: "out", label: t`Sign out`, icon: <LogOut size={15} />, onSelect: () => void signOut() },
      ]}
    />
  );
}
