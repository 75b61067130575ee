import type { OnDemandComparison, OnDemandPolicy } from "@/api/generated";
import { Ago } from "@/text/Ago";
import { duration } from "@/text/dates";
import { number } from "@/text/sizes";
import { Chip } from "@/ui/Chip";
import { Empty } from "@/ui/Empty";
import { Table, type Column } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./PolicyTable.module.css";
import { policyWord, VERDICTS } from "./words";

/** How each way to decide when it sleeps would have done with the traffic of the last two weeks. */
export function PolicyTable({ comparison, service }: { comparison: OnDemandComparison | null; service: string }): ReactElement {
  const { t } = useLingui();
  if (comparison === null) return <Empty title={<Trans>Nothing has been compared yet</Trans>}><Trans>Once a day the gateway compares what would have been better in the last two weeks.</Trans></Empty>;
  const columns: Column<OnDemandPolicy>[] = [
    { id: "policy", main: true, title: t`It sleeps`, cell: ({ policy }) => policyWord(policy) },
    { id: "cold", title: t`Somebody waits`, numeric: true, cell: ({ cold_starts: count }) => <span className={css.figure}><span className={css.word}>{t`Somebody waits`}</span> {number(count)}</span> },
    { id: "idle", title: t`Runs for nothing`, numeric: true, cell: ({ idle_seconds: idle }) => <span className={css.figure}><span className={css.word}>{t`Runs for nothing`}</span> {duration(idle * 1_000)}</span> },
    { id: "ahead", title: t`Starts ahead`, numeric: true, optional: true, cell: ({ starts_ahead: ahead }) => number(ahead) },
    { id: "verdict", title: t`Verdict`, cell: ({ verdict }) => <Chip tone={verdict === "adopted" ? "good" : "calm"} mark={verdict === "adopted"}>{t(VERDICTS[verdict])}</Chip> },
  ];
  const worth = number(comparison.cold_start_worth_minutes);
  return (
    <>
      <Table label={t`Policies compared for ${service}`} columns={columns} rows={comparison.policies} rowKey={({ policy }) => policy} cards />
      <p className={css.note}><Trans>Compared <Ago at={comparison.compared_at} />. A start that somebody waits for counts as much as {worth} minutes of running for nothing.</Trans></p>
    </>
  );
}
