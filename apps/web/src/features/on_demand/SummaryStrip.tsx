import type { OnDemandReport, OnDemandService } from "@/api/generated";
import { number } from "@/text/sizes";
import { Mark, type Tone } from "@/ui/Chip";
import { Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement, ReactNode } from "react";
import { HostMemoryBar } from "./HostMemoryBar";
import css from "./OnDemand.module.css";
import { countsOf } from "./summary";

/** How many are awake and what it saves, in one look. */
export function SummaryStrip({ services, report, days }: { services: readonly OnDemandService[]; report: OnDemandReport | undefined; days: number }): ReactElement {
  const { t } = useLingui();
  const { awake, asleep, starting, trouble, unknown } = countsOf(services);
  const cold = report?.days.reduce((sum, day) => sum + day.cold_starts, 0);
  const wakes = report?.days.reduce((sum, day) => sum + day.wakes, 0) ?? 0;
  const within = plural(days, { one: "in the last day", other: "in the last # days" });
  return (
    <Panel title={<Trans>At a glance</Trans>}>
      <div className={css.strip}>
        <div className={css.figure}>
          <span className={css.name}><Trans>Services now</Trans></span>
          <ul className={css.counts}>
            <Count tone="good" count={awake}>{plural(awake, { one: "awake", other: "awake" })}</Count>
            <Count tone="asleep" count={asleep}>{t`asleep`}</Count>
            <Count tone="busy" count={starting}>{t`starting`}</Count>
            {trouble > 0 && <Count tone="bad" count={trouble}>{t`failed or held back`}</Count>}
            {unknown > 0 && <Count tone="calm" count={unknown}>{plural(unknown, { one: "declared", other: "declared" })}</Count>}
          </ul>
        </div>
        <div className={css.figure}>
          <span className={css.name}><Trans>Memory saved</Trans></span>
          <strong>{report === undefined ? "–" : t`${number(report.saved_gib_hours, 1)} GiB·h`}</strong>
          <span className={css.more}>{report === undefined ? within : t`${number(report.asleep_hours)} h asleep ${within}`}</span>
        </div>
        <div className={css.figure}>
          <span className={css.name}><Trans>Cold starts</Trans></span>
          <strong>{cold === undefined ? "–" : number(cold)}</strong>
          <span className={css.more}>{t`of ${number(wakes)} starts ${within}`}</span>
        </div>
      </div>
      {report !== undefined && <HostMemoryBar report={report} services={services} />}
    </Panel>
  );
}

function Count({ tone, count, children }: { tone: Tone; count: number; children: ReactNode }): ReactElement {
  return <li><Mark tone={tone} /> <strong>{number(count)}</strong> {children}</li>;
}
