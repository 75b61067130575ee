import type { About, Settings } from "@/api/generated";
import { showAboutOptions } from "@/api/generated/@tanstack/react-query.gen";
import { Ago } from "@/text/Ago";
import { period } from "@/text/dates";
import { bytes, number } from "@/text/sizes";
import { Facts } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";

/** Null is for ever. */
function span(seconds: number | null, always: string): string {
  return seconds === null ? always : period(seconds);
}

/** Only backups that the program has made are known. */
function lastBackup(about: About | undefined): ReactNode {
  if (about === undefined) return "…";
  return about.last_backup_at === null ? <Trans>none that is known</Trans> : <Ago at={about.last_backup_at} />;
}

/** What is kept, for how long, and how much that is now. */
export function SettingsFacts({ settings }: { settings: Settings }): ReactElement {
  const { t } = useLingui();
  const { retention, stored, data_folder: folder, sessions } = settings;
  const about = useQuery(showAboutOptions());
  const always = t`for ever`;
  return (
    <Facts
      items={[
        { id: "commands", name: t`Commands and their journals`, value: t`${span(retention.commands_seconds, always)}; now ${number(stored.commands)} commands` },
        { id: "audit", name: t`Audit`, value: t`${span(retention.audit_seconds, always)}; now ${number(stored.audit_entries)} entries` },
        { id: "records", name: t`Record files`, value: t`${span(retention.records_seconds, always)}; now ${number(stored.record_files)} files, ${bytes(stored.record_bytes)}` },
        { id: "artifacts", name: t`Artifacts that nothing uses`, value: span(retention.artifacts_seconds, always) },
        { id: "statistics", name: t`Statistics`, value: t`${span(retention.statistics_seconds, always)}; now ${bytes(stored.statistics_bytes)}` },
        { id: "sessions", name: t`Sessions`, value: t`end after ${span(sessions.idle_seconds, always)} without use, and after ${span(sessions.age_seconds, always)} in any case` },
        { id: "database", name: t`Database`, value: bytes(stored.database_bytes) },
        { id: "folder", name: t`Data folder`, value: folder.free_bytes === null ? t`free space unknown` : t`${bytes(folder.free_bytes)} free` },
        { id: "last-backup", name: t`Last backup`, value: lastBackup(about.data) },
        { id: "backup", name: t`Backup`, value: <Trans>Copy the data folder while the programs are stopped, or use <code>core-monitor-server backup</code> at any time.</Trans> },
      ]}
    />
  );
}
