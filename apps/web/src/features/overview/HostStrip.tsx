import type { Disk, HostUsage } from "@/api/generated";
import { useHostFigures, useHostHistory } from "@/app/live/figures";
import { bytes, number, percent } from "@/text/sizes";
import { Bar, Sparkline } from "@/ui/Bar";
import { Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./HostStrip.module.css";

/** Above this share a bar warns, and then alarms. The server's own rules about disks are on the list above. */
const HIGH = 0.8;
const FULL = 0.93;

function tone(share: number): "good" | "warn" | "bad" {
  return share >= FULL ? "bad" : share >= HIGH ? "warn" : "good";
}

/** The host: CPU, memory and disks, live; until the first live figures come, those that were asked for, while `pending`. */
export function HostStrip({ host: asked, disks: known, pending }: { host: HostUsage | null; disks: readonly Disk[]; pending: boolean }): ReactElement | null {
  const { t } = useLingui();
  const live = useHostFigures();
  const host = live ?? asked;
  const disks = host?.disks ?? known;
  if (host === null && disks.length === 0) return pending ? <Panel title={<Trans>Host</Trans>}><Skeleton label={t`Loading the figures`} /></Panel> : null;
  return (
    <Panel title={<Trans>Host</Trans>}>
      <div className={css.strip}>
        {host !== null && <Cpu host={host} />}
        {host !== null && <Memory host={host} />}
        {disks.map((disk) => <DiskFigure key={disk.path} disk={disk} />)}
      </div>
    </Panel>
  );
}

function Cpu({ host }: { host: HostUsage }): ReactElement {
  const { t } = useLingui();
  const history = useHostHistory();
  const busy = host.cpu_percent;
  return (
    <div className={css.figure}>
      <span className={css.name}>{t`CPU, ${host.cpus} cores`}</span>
      <span className={css.value}>
        <strong>{busy === null ? "–" : percent(busy)}</strong>
        <Sparkline values={history.map((usage) => usage.cpu_percent ?? 0)} max={100} label={t`CPU of the last minutes`} />
      </span>
      {busy !== null && <Bar share={busy / 100} tone={busy / 100 >= HIGH ? "warn" : "good"} label={t`${percent(busy)} of the CPU used`} />}
      <span className={css.more}><Trans>load {host.load.map((value) => number(value, 2)).join(" ")}</Trans></span>
    </div>
  );
}

function Memory({ host }: { host: HostUsage }): ReactElement {
  const { t } = useLingui();
  const used = host.memory_total_bytes - host.memory_available_bytes;
  const share = host.memory_total_bytes > 0 ? used / host.memory_total_bytes : 0;
  return (
    <div className={css.figure}>
      <span className={css.name}>{t`Memory`}</span>
      <strong>{percent(share * 100)}</strong>
      <Bar share={share} tone={tone(share)} label={t`${percent(share * 100)} of the memory used`} />
      <span className={css.more}>{t`${bytes(used)} of ${bytes(host.memory_total_bytes)}`}</span>
    </div>
  );
}

function DiskFigure({ disk }: { disk: Disk }): ReactElement {
  const { t } = useLingui();
  const used = disk.total_bytes - disk.available_bytes;
  const share = disk.total_bytes > 0 ? used / disk.total_bytes : 0;
  return (
    <div className={css.figure}>
      <span className={css.name}><Trans>Disk <code>{disk.path}</code></Trans></span>
      <strong>{percent(share * 100)}</strong>
      <Bar share={share} tone={tone(share)} label={t`${percent(share * 100)} of ${disk.path} used`} />
      <span className={css.more}>{t`${bytes(disk.available_bytes)} free`}</span>
    </div>
  );
}
