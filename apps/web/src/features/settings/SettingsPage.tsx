import { Page, PageHeader } from "@/ui/Page";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { AboutPanel } from "./AboutPanel";
import { AppearancePanel } from "./AppearancePanel";
import { RegistriesPanel } from "./RegistriesPanel";
import { RetentionPanel } from "./RetentionPanel";
import { SessionsPanel } from "./SessionsPanel";
import { TokensPanel } from "./tokens/TokensPanel";

export function SettingsPage(): ReactElement {
  return (
    <Page>
      <PageHeader title={<Trans>Settings</Trans>} />
      <AppearancePanel />
      <SessionsPanel />
      <TokensPanel />
      <RegistriesPanel />
      <RetentionPanel />
      <AboutPanel />
    </Page>
  );
}
