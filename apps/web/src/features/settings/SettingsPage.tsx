import { Page, PageHeader } from "@/ui/Page";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { AccountPanel } from "./account/AccountPanel";
import { AboutPanel } from "./AboutPanel";
import { AppearancePanel } from "./AppearancePanel";
import { PolicyPanel } from "./policy/PolicyPanel";
import { RegistriesPanel } from "./RegistriesPanel";
import { RetentionPanel } from "./RetentionPanel";
import { SessionsPanel } from "./SessionsPanel";
import { TokensPanel } from "./tokens/TokensPanel";
import { UsersPanel } from "./users/UsersPanel";

export function SettingsPage(): ReactElement {
  return (
    <Page>
      <PageHeader title={<Trans>Settings</Trans>} />
      <AppearancePanel />
      <AccountPanel />
      <SessionsPanel />
      <UsersPanel />
      <TokensPanel />
      <PolicyPanel />
      <RegistriesPanel />
      <RetentionPanel />
      <AboutPanel />
    </Page>
  );
}
