import type { Sweep } from "@/api/generated";
import { Ago, Elapsed } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { Table } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Leaf, Pin, PinOff } from "lucide-react";
import type { ReactElement } from "react";
import { useInstanceActions } from "./instances/useInstanceActions";
import css from "./Templates.module.css";
import { useSweeps } from "./useTemplates";

/** Which instances are going to be removed by themselves, when and why. */
export function SweepsPage(): ReactElement {
  const { t } = useLingui();
  const sweeps = useSweeps();
  return (
    <Page>
      <PageHeader title={<Trans>Sweeps</Trans>} meta={<Trans>Instances that are going to be removed with their volumes, the next one first. What is held stays.</Trans>} />
      {sweeps.isError && <ProblemNote error={sweeps.error} actions={<Button onClick={() => void sweeps.refetch()}><Trans>Try again</Trans></Button>} />}
      {sweeps.data === undefined ? (
        !sweeps.isError && <Panel flush><Skeleton lines={6} label={t`Loading what is going to be removed`} /></Panel>
      ) : sweeps.data.items.length === 0 ? (
        <Panel>
          <Empty icon={<Leaf size={28} />} title={<Trans>Nothing is going to be removed</Trans>}>
            <Trans>A template says how long its instances live: how long they may be stopped or asleep, how old they become, and how long one stays whose key is gone from the list of keys.</Trans>
          </Empty>
        </Panel>
      ) : (
        <Panel flush><SweepTable sweeps={sweeps.data.items} /></Panel>
      )}
    </Page>
  );
}

function SweepTable({ sweeps }: { sweeps: readonly Sweep[] }): ReactElement {
  const { t } = useLingui();
  return (
    <Table
      cards
      label={t`Sweeps`}
      rows={sweeps}
      rowKey={({ stack_id: id }) => id}
      columns={[
        { id: "key", title: t`Instance`, main: true, cell: ({ key, stack_id: stackId, stack_name: stack }) => <Link to="/stacks/$stackId" params={{ stackId }} title={stack}><strong>{key}</strong></Link> },
        { id: "template", title: t`Template`, cell: ({ template }) => <Link to="/templates/$template" params={{ template }}>{template}</Link> },
        { id: "due", title: t`Removed`, cell: (sweep) => <Due sweep={sweep} /> },
        {
          id: "why",
          title: t`Why`,
          grows: true,
          cell: ({ reason, since }) => <span className={css.lines}><span><Said message={reason} /></span><span className={css.small}><Trans>for <Elapsed since={since} /></Trans></span></span>,
        },
        { id: "actions", title: <span className="visually-hidden">{t`Actions`}</span>, stays: true, cell: (sweep) => <HoldButton sweep={sweep} /> },
      ]}
    />
  );
}

function Due({ sweep: { held, removing, due_at: at } }: { sweep: Sweep }): ReactElement {
  if (removing) return <Chip tone="busy"><Trans>being removed</Trans></Chip>;
  return held ? <Chip tone="calm"><Trans>held</Trans></Chip> : <Ago at={at} />;
}

function HoldButton({ sweep }: { sweep: Sweep }): ReactElement {
  const { t } = useLingui();
  const actions = useInstanceActions();
  const { key, held, removing } = sweep;
  return (
    <Button
      small
      icon={held ? <PinOff size={14} /> : <Pin size={14} />}
      busy={actions.isPending}
      disabledReason={removing ? t`It is being removed` : undefined}
      aria-label={held ? t`Release ${key}` : t`Hold ${key}`}
      onClick={() => actions.mutate({ instance: sweep, deed: held ? "release" : "hold" })}
    >
      {held ? <Trans context="instance">Release</Trans> : <Trans context="instance">Hold</Trans>}
    </Button>
  );
}
