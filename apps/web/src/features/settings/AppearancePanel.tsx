import { LanguageSwitch } from "@/app/LanguageSwitch";
import { setPreferences, usePreferences, type Preferences } from "@/preferences";
import { Field, Select } from "@/ui/Field";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./Settings.module.css";

/** How this browser shows things. */
export function AppearancePanel(): ReactElement {
  const { t } = useLingui();
  const { theme, times } = usePreferences();
  return (
    <Panel title={<Trans>Appearance</Trans>}>
      <div className={css.fields}>
        <Field label={<Trans>Colours</Trans>}>
          <Select<Preferences["theme"]>
            value={theme}
            choices={[{ value: "system", label: t`As the system` }, { value: "light", label: t`Light` }, { value: "dark", label: t`Dark` }]}
            onChange={(value) => setPreferences({ theme: value })}
          />
        </Field>
        <Field label={<Trans>Times</Trans>}>
          <Select<Preferences["times"]>
            value={times}
            choices={[{ value: "relative", label: t`How long ago` }, { value: "absolute", label: t`Date and time` }]}
            onChange={(value) => setPreferences({ times: value })}
          />
        </Field>
        <Field label={<Trans>Language</Trans>}><LanguageSwitch /></Field>
      </div>
    </Panel>
  );
}
