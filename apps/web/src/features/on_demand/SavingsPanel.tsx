import type { OnDemandDay } from "@/api/generated";
import { dayFormat } from "@/text/formats";
import { number } from "@/text/sizes";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { Bars, type Part } from "./Bars";
import css from "./OnDemand.module.css";

/** What sleeping has saved on each day, and what it has cost: people who waited. */
export function SavingsPanel({ days }: { days: readonly OnDemandDay[] }): ReactElement {
  const { t } = useLingui();
  const nothing = days.every((day) => day.saved_gib_hours === 0 && day.wakes === 0 && day.asleep_seconds === 0);
  if (nothing) {
    return (
      <Panel title={<Trans>Savings by day</Trans>}>
        <Empty title={<Trans>Nothing has been recorded on these days</Trans>}><Trans>Figures are there once a service has slept while a gateway runs.</Trans></Empty>
      </Panel>
    );
  }
  return (
    <div className={css.pair}>
      <Panel title={<Trans>Memory saved, in GiB·h a day</Trans>}>
        <DayBars days={days} part="saved" title={t`Memory saved, in GiB·h a day`} of={(day) => day.saved_gib_hours} digits={days.every((day) => day.saved_gib_hours < 1) ? 2 : 1} />
      </Panel>
      <Panel title={<Trans>Cold starts a day</Trans>}>
        <DayBars days={days} part="cold" title={t`Cold starts a day`} of={(day) => day.cold_starts} digits={0} />
      </Panel>
    </div>
  );
}

/** Days begin in UTC, as the server counts them. */
function dayText(day: string): string {
  return dayFormat().format(Date.parse(`${day}T12:00:00Z`));
}

function DayBars({ days, part, title, of, digits }: { days: readonly OnDemandDay[]; part: Part; title: string; of: (day: OnDemandDay) => number; digits: number }): ReactElement {
  const { t } = useLingui();
  const top = Math.max(...days.map(of), digits === 0 ? 1 : 0.01);
  const figure = (day: OnDemandDay) => number(of(day), digits);
  return (
    <Bars
      bars={days.map((day) => { const [name, value] = [dayText(day.day), figure(day)]; return { id: day.day, text: t`${name}: ${value}`, value, parts: [{ part, value: of(day) }] }; })}
      top={top}
      most={number(top, digits)}
      from={dayText(days[0]?.day ?? "")}
      until={dayText(days.at(-1)?.day ?? "")}
      table={
        <table>
          <caption>{title}</caption>
          <tbody>{days.map((day) => <tr key={day.day}><th scope="row">{dayText(day.day)}</th><td>{figure(day)}</td></tr>)}</tbody>
        </table>
      }
    />
  );
}
