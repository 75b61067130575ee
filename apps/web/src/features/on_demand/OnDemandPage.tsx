import { useMay } from "@/access/useMay";
import type { OnDemandList } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Input, Select } from "@/ui/Field";
import { Page, PageHeader, Panel, Toolbar } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { Moon } from "lucide-react";
import type { ReactElement } from "react";
import { matching } from "./filter";
import { GatewayNotice } from "./GatewayNotice";
import { ReportPanel } from "./ReportPanel";
import { SavingsPanel } from "./SavingsPanel";
import { DAYS, type Days } from "./search";
import { ServiceTable } from "./ServiceTable";
import { SummaryStrip } from "./SummaryStrip";
import { useOnDemandList, useOnDemandReport } from "./useOnDemand";

const route = getRouteApi("/on-demand");

/** So many are found without a filter. */
const MANY = 8;

/** What wakes at its first request and sleeps when nobody uses it: how it stands, what that saves, and what it should be set to. */
export function OnDemandPage(): ReactElement {
  const list = useOnDemandList();
  return (
    <Page>
      <PageHeader title={<Trans>On demand</Trans>} meta={<Trans>Services that wake at their first request and sleep when nobody uses them.</Trans>} actions={list.data !== undefined && list.data.items.length > 0 && <Range />} />
      {list.isError && <ProblemNote error={list.error} actions={<Button onClick={() => void list.refetch()}><Trans>Try again</Trans></Button>} />}
      {list.data === undefined ? !list.isError && <Loading /> : list.data.items.length === 0 ? <Nothing list={list.data} /> : <Services list={list.data} />}
    </Page>
  );
}

function Services({ list }: { list: OnDemandList }): ReactElement {
  const { t } = useLingui();
  const { days = DAYS[0], text = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const report = useOnDemandReport(days);
  const shown = matching(list.items, text);
  const show = (next: string) => void navigate({ search: (before) => ({ ...before, text: next === "" ? undefined : next }), replace: true });
  return (
    <>
      <GatewayNotice gateway={list.gateway} />
      <SummaryStrip services={list.items} report={report.data} days={days} />
      {(text !== "" || list.items.length > MANY) && (
        <Toolbar>
          <Input type="search" aria-label={t`Filter by name, host or state`} placeholder={t`Filter by name, host or state`} value={text} onValueChange={show} />
          <output>{shown.length === list.items.length ? plural(shown.length, { one: "# service", other: "# services" }) : t`${shown.length} of ${list.items.length}`}</output>
        </Toolbar>
      )}
      <Panel flush title={<Trans>Services</Trans>}>
        {shown.length === 0 ? <Empty title={<Trans>No service matches</Trans>} actions={<Button onClick={() => show("")}><Trans>Show all services</Trans></Button>} /> : <ServiceTable services={shown} gateway={list.gateway} />}
      </Panel>
      {report.isError && <ProblemNote error={report.error} actions={<Button onClick={() => void report.refetch()}><Trans>Try again</Trans></Button>} />}
      {report.data === undefined ? !report.isError && <Panel flush><Skeleton lines={6} label={t`Loading the figures`} /></Panel> : (
        <>
          <SavingsPanel days={report.data.days} />
          <ReportPanel report={report.data} days={days} />
        </>
      )}
    </>
  );
}

/** How far back the figures go, on top of the page because it is about all of them. */
function Range(): ReactElement {
  const { t } = useLingui();
  const { days = DAYS[0] } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Select<`${Days}`>
      label={t`Time range`}
      value={`${days}`}
      choices={[{ value: "7", label: t`Last 7 days` }, { value: "30", label: t`Last 30 days` }, { value: "90", label: t`Last 90 days` }]}
      onChange={(next) => void navigate({ search: (before) => ({ ...before, days: next === "7" ? undefined : (Number(next) as Days) }), replace: true })}
    />
  );
}

function Loading(): ReactElement {
  const { t } = useLingui();
  return <Panel flush><Skeleton lines={6} label={t`Loading the services`} /></Panel>;
}

/** Nobody has declared one yet: what it is for, and the two ways to the first one. */
function Nothing({ list }: { list: OnDemandList }): ReactElement {
  const may = useMay();
  return (
    <>
      {list.gateway.seen_at !== null && <GatewayNotice gateway={list.gateway} />}
      <Panel>
        <Empty
          icon={<Moon size={28} />}
          title={<Trans>No service wakes on demand yet</Trans>}
          actions={
            <>
              <ButtonLink to="/stacks/new/wizard" look="primary" disabledReason={may("save_wizard")}><Trans>New stack with the wizard</Trans></ButtonLink>
              <ButtonLink to="/stacks"><Trans>All stacks</Trans></ButtonLink>
            </>
          }
        >
          <Trans>
            A service with <code>x-core-monitor.on-demand</code> in its definition sleeps when nobody uses it, and wakes at the next request. Write it into
            a compose file, or switch it on in the wizard.
          </Trans>
        </Empty>
      </Panel>
    </>
  );
}
