import { showSettingsOptions } from "@/api/generated/@tanstack/react-query.gen";
import { ProblemNote } from "@/text/ProblemNote";
import { Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { SettingsFacts } from "./SettingsFacts";
import css from "./Settings.module.css";

/** What is kept and for how long, and where it lies. It is set where the programs are started, and shown here. */
export function RetentionPanel(): ReactElement {
  const { t } = useLingui();
  const settings = useQuery(showSettingsOptions());
  return (
    <Panel title={<Trans>Retention and backup</Trans>}>
      <p className={css.soft}><Trans>These come from the configuration of the server and the worker; see the operating guide for how to change them.</Trans></p>
      {settings.isError ? <ProblemNote error={settings.error} /> : settings.data === undefined ? <Skeleton label={t`Loading`} /> : <SettingsFacts settings={settings.data} />}
    </Panel>
  );
}
