import { useMay } from "@/access/useMay";
import { showOnDemandTable, type OnDemandReport, type OnDemandReportedService } from "@/api/generated";
import { ProblemText } from "@/text/ProblemNote";
import { remaining } from "@/text/dates";
import { number } from "@/text/sizes";
import { Button } from "@/ui/Button";
import { copyText } from "@/ui/Copy";
import { Panel } from "@/ui/Page";
import { Table, type Column } from "@/ui/Table";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ClipboardCopy } from "lucide-react";
import type { ReactElement } from "react";
import css from "./OnDemand.module.css";
import { canUse, preferred, roundTime } from "./recommended";
import { nameOf, useSettings } from "./useChange";
import { policyWord } from "./words";

/** What each service used, and what it should be set to. */
export function ReportPanel({ report, days }: { report: OnDemandReport; days: number }): ReactElement {
  const { t } = useLingui();
  const columns: Column<OnDemandReportedService>[] = [
    { id: "name", main: true, title: t`Service`, cell: ({ service }) => <Link to="/stacks/$stackId/on-demand" params={{ stackId: service.stack_id }} className={css.service}><span>{service.stack_name}/</span><strong>{service.service}</strong></Link> },
    { id: "uses", title: t`Uses a day`, numeric: true, optional: true, cell: (each) => number(each.uses_per_day, 1) },
    { id: "cold", title: t`Cold starts`, numeric: true, optional: true, cell: (each) => number(each.cold_starts) },
    { id: "failed", title: t`Failed`, numeric: true, optional: true, cell: (each) => (each.failures === 0 ? <span className={css.soft}>0</span> : number(each.failures)) },
    { id: "saved", title: t`Saved, GiB·h`, numeric: true, optional: true, cell: (each) => number(each.saved_gib_hours, 1) },
    { id: "now", title: t`Sleeps after`, numeric: true, optional: true, cell: ({ service }) => (service.always_on ? t`never` : remaining(service.idle_timeout_seconds * 1_000)) },
    { id: "rule", title: t`By rule of thumb`, numeric: true, cell: (each) => <Recommended reported={each} by="rule" /> },
    { id: "compared", title: t`By comparison`, numeric: true, cell: (each) => <Recommended reported={each} by="comparison" /> },
  ];
  return (
    <Panel flush title={<Trans>Use and recommended times</Trans>} actions={<CopyTable days={days} />}>
      <Table label={t`Use and recommended times`} columns={columns} rows={report.services} rowKey={(each) => nameOf(each.service)} cards />
      <p className={css.note}><Trans>The rule of thumb is three starts and the mean time between two uses. The comparison replays the traffic of the last two weeks, and takes the time that would have cost the least.</Trans></p>
    </Panel>
  );
}

function CopyTable({ days }: { days: number }): ReactElement {
  const { t } = useLingui();
  const copy = useMutation({
    mutationFn: async () => copyText((await showOnDemandTable({ query: { days }, throwOnError: true })).data),
    onSuccess: (done) => notify(done ? { tone: "good", title: t`Copied` } : { tone: "bad", title: t`The browser did not let it be copied` }),
    onError: (error) => notify({ tone: "bad", title: t`Not copied`, text: <ProblemText error={error} /> }),
  });
  return <Button small icon={<ClipboardCopy size={14} />} busy={copy.isPending} onClick={() => copy.mutate()}><Trans>Copy as text</Trans></Button>;
}

/** A time, with a button that takes it over where that changes something. */
function Recommended({ reported, by }: { reported: OnDemandReportedService; by: "rule" | "comparison" }): ReactElement {
  const { t } = useLingui();
  const settings = useSettings();
  const may = useMay();
  const { service, recommended } = reported;
  const seconds = by === "rule" ? recommended.rule_of_thumb_seconds : recommended.idle_timeout_seconds;
  const name = nameOf(service);
  const label = <span className={css.label}>{by === "rule" ? t`By rule of thumb` : t`By comparison`}</span>;
  if (seconds === null) return <span className={css.cell}>{label}<span className={css.soft}><Trans>not known yet</Trans></span></span>;
  const rounded = roundTime(seconds);
  const time = remaining(rounded * 1_000);
  const policy = by === "comparison" && recommended.policy !== null && !recommended.policy.startsWith("fixed ") ? recommended.policy : null;
  return (
    <span className={css.cell}>
      {label}
      <span className={css.pick}>
      <span>{time}</span>
      {canUse(reported, rounded) ? (
        <Button
          small
          look={preferred(reported) === by ? "default" : "quiet"}
          busy={settings.isPending}
          disabledReason={may("set_on_demand_service", service.stack_name)}
          aria-label={t`Use this: ${name} sleeps after ${time}`}
          onClick={() => settings.mutate({ service, change: { idle_timeout_seconds: rounded } })}
        >
          <Trans>Use this</Trans>
        </Button>
      ) : (
        <span className={css.soft}>{rounded === service.idle_timeout_seconds ? <Trans>in force</Trans> : <Trans>about the same</Trans>}</span>
      )}
      </span>
      {policy !== null && <span className={css.better}><Trans>better still: {policyWord(policy)}</Trans></span>}
    </span>
  );
}
