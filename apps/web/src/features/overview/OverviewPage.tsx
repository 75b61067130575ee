import { useMay } from "@/access/useMay";
import { showOverviewOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Overview } from "@/api/generated";
import { NewStackLink } from "@/features/stacks/NewStackLink";
import { StackTable } from "@/features/stacks/StackTable";
import { filterStacks } from "@/features/stacks/filter";
import { useAllStacks } from "@/features/stacks/useAllStacks";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Layers } from "lucide-react";
import { useState, type ReactElement } from "react";
import { AttentionList } from "./AttentionList";
import { HostStrip } from "./HostStrip";
import { RunningNow } from "./RunningNow";
import { ButtonLink } from "@/app/ButtonLink";

/** Stacks shown here; the page of stacks has all of them. */
const SHOWN = 12;

/** What needs a person comes first, then what is happening, then the stacks, then the host. Each part is shown as soon as it is there. */
export function OverviewPage(): ReactElement {
  const may = useMay();
  // Whoever was granted some stacks only sees these.
  const whole = may("show_overview") === undefined;
  const overview = useQuery({ ...showOverviewOptions(), enabled: whole });
  return (
    <Page>
      <PageHeader
        title={<Trans>Overview</Trans>}
        actions={<NewStackLink />}
      />
      {whole && overview.isError && (
        <ProblemNote error={overview.error} actions={<Button onClick={() => void overview.refetch()}><Trans>Try again</Trans></Button>} />
      )}
      {overview.data === undefined ? whole && overview.isPending && <Loading /> : <Now overview={overview.data} />}
      <Stacks total={overview.data?.stacks.total} asleep={overview.data?.stacks.asleep} />
      <HostStrip host={overview.data?.host ?? null} disks={overview.data?.disks ?? []} pending={whole && overview.isPending} />
    </Page>
  );
}

function Now({ overview }: { overview: Overview }): ReactElement {
  return (
    <>
      <AttentionList items={overview.attention} leftOut={overview.attention_left_out} quiet={overview.queue.running.length === 0} />
      <RunningNow commands={overview.queue.running} pending={overview.queue.pending} />
    </>
  );
}

function Stacks({ total = 0, asleep = 0 }: { total: number | undefined; asleep: number | undefined }): ReactElement {
  const { t } = useLingui();
  const stacks = useAllStacks();
  const [sort, setSort] = useState<{ sort?: "name" | "state" | "command"; descending?: boolean }>({});
  if (stacks.isError) return <ProblemNote error={stacks.error} />;
  const shown = filterStacks(stacks.items ?? [], sort).slice(0, SHOWN);
  return (
    <Panel
      title={<Trans>Stacks</Trans>}
      actions={
        <>
          {asleep > 0 && <Link to="/stacks" search={{ state: "asleep" }}>{plural(asleep, { one: "# asleep", other: "# asleep" })}</Link>}
          {total > shown.length && <Link to="/stacks">{plural(total, { one: "Show # stack", other: "Show all # stacks" })}</Link>}
        </>
      }
      flush
    >
      {stacks.isPending ? <Skeleton label={t`Loading the stacks`} /> : shown.length === 0 ? (
        <Empty
          icon={<Layers size={28} />}
          title={<Trans>No stacks yet</Trans>}
          actions={<><NewStackLink /><ButtonLink to="/welcome"><Trans>First steps</Trans></ButtonLink></>}
        >
          <Trans>Compose one from the catalogue or a compose file, or take over a project that already runs on this host.</Trans>
        </Empty>
      ) : (
        <StackTable stacks={shown} filter={sort} onFilter={(change) => setSort((before) => ({ ...before, ...change }))} />
      )}
    </Panel>
  );
}

function Loading(): ReactElement {
  const { t } = useLingui();
  return <Panel flush><Skeleton lines={3} label={t`Loading what needs attention`} /></Panel>;
}
