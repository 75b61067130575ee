import { useMay, type May } from "@/access/useMay";
import { Facts, Page, PageHeader, Panel } from "@/ui/Page";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Fragment, type ReactElement } from "react";
import { AccountPanel } from "./account/AccountPanel";
import { AboutPanel } from "./AboutPanel";
import { AppearancePanel } from "./AppearancePanel";
import { PolicyPanel } from "./policy/PolicyPanel";
import { RegistriesPanel } from "./RegistriesPanel";
import { RetentionPanel } from "./RetentionPanel";
import css from "./Settings.module.css";
import { SessionsPanel } from "./SessionsPanel";
import { TokensPanel } from "./tokens/TokensPanel";
import { UsersPanel } from "./users/UsersPanel";

/** Parts that not everybody sees, by what they live on. */
const PARTS = [
  { needs: "list_sessions", word: msg`Sessions`, part: <SessionsPanel /> },
  { needs: "list_users", word: msg`Users`, part: <UsersPanel /> },
  { needs: "list_tokens", word: msg`Tokens`, part: <TokensPanel /> },
  { needs: "show_policy", word: msg`Policy`, part: <PolicyPanel /> },
  { needs: "list_registries", word: msg`Registries`, part: <RegistriesPanel /> },
  { needs: "show_settings", word: msg`Retention and backup`, part: <RetentionPanel /> },
] as const;

export function SettingsPage(): ReactElement {
  const may = useMay();
  return (
    <Page>
      <PageHeader title={<Trans>Settings</Trans>} />
      <AppearancePanel />
      <AccountPanel />
      {PARTS.map(({ needs, part }) => (may(needs) === undefined ? <Fragment key={needs}>{part}</Fragment> : null))}
      <AboutPanel />
      <LeftOut may={may} />
    </Page>
  );
}

/** What somebody does not see here, and what it takes: otherwise they would look for it. */
function LeftOut({ may }: { may: May }): ReactElement | null {
  const { t } = useLingui();
  const hidden = PARTS.flatMap(({ needs, word }) => { const why = may(needs); return why === undefined ? [] : [{ word, why }]; });
  if (hidden.length === 0) return null;
  return (
    <Panel title={<Trans>Not for you</Trans>}>
      <Facts items={hidden.map(({ word, why }) => ({ id: t(word), name: t(word), value: why }))} />
      <p className={css.soft}><Trans>An administrator can grant it to you in the settings, under “Users”.</Trans></p>
    </Panel>
  );
}
