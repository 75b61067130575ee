import { useMay } from "@/access/useMay";
import type { Instance, InstancePhase } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { ProblemNote } from "@/text/ProblemNote";
import { number } from "@/text/sizes";
import { INSTANCE_PHASES } from "@/text/states";
import { Button } from "@/ui/Button";
import { Mark, type Tone } from "@/ui/Chip";
import { Empty, Skeleton } from "@/ui/Empty";
import { Input, Select } from "@/ui/Field";
import { Panel, Toolbar } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { ArrowUp, Boxes } from "lucide-react";
import { useMemo, useState, type ReactElement, type ReactNode } from "react";
import { RolloutDialog, RolloutPanel } from "../rollout/lazy";
import { isOpen, isQuiet } from "../rollout/rollout";
import { useRollout } from "../rollout/useRollout";
import { useTemplate } from "../template";
import css from "../Templates.module.css";
import { useAllInstances, useSweeps } from "../useTemplates";
import { countInstances, filterInstances, type InstanceFilter } from "./filter";
import { InstanceTable } from "./InstanceTable";

const route = getRouteApi("/templates/$template/");

/** The instances of a template: how they are, and what can be done to each. */
export function InstancesTab(): ReactElement {
  const { t } = useLingui();
  const { name } = useTemplate();
  const instances = useAllInstances(name);
  return (
    <>
      {instances.isError && <ProblemNote error={instances.error} actions={<Button onClick={() => void instances.refetch()}><Trans>Try again</Trans></Button>} />}
      {instances.items === undefined ? !instances.isError && <Panel flush><Skeleton lines={8} label={t`Loading the instances`} /></Panel> : instances.items.length === 0 ? <NoInstances name={name} /> : <Instances instances={instances.items} readAt={instances.dataUpdatedAt} />}
    </>
  );
}

function Instances({ instances, readAt }: { instances: readonly Instance[]; readAt: number }): ReactElement {
  const { t } = useLingui();
  const template = useTemplate();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const sweeps = useSweeps();
  const may = useMay();
  const reasons = useMemo(() => new Map(sweeps.data?.items.map(({ stack_id: id, reason }) => [id, reason])), [sweeps.data]);
  const { data: rollout } = useRollout(template.name);
  const [upgrading, setUpgrading] = useState(false);
  const shown = filterInstances(instances, filter);
  const change = (next: Partial<{ [K in keyof InstanceFilter]: InstanceFilter[K] | undefined }>) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const phases = Object.entries(INSTANCE_PHASES).map(([value, { word }]) => ({ value, label: t(word) }));
  return (
    <>
      <Figures instances={instances} />
      {rollout !== undefined && rollout !== null && !isQuiet(rollout) && <RolloutPanel template={template.name} rollout={rollout} changedAt={readAt} />}
      <Toolbar>
        <Input type="search" aria-label={t`Filter by key, host or value`} placeholder={t`Filter by key, host or value`} value={filter.text ?? ""} onValueChange={(text) => change({ text: text === "" ? undefined : text })} />
        <Select label={t`Filter by phase`} value={filter.phase ?? ""} choices={[{ value: "", label: t`All phases` }, ...phases]} onChange={(phase) => change({ phase: phase === "" ? undefined : (phase as InstancePhase) })} />
        <output>{shown.length === instances.length ? plural(shown.length, { one: "# instance", other: "# instances" }) : t`${shown.length} of ${instances.length}`}</output>
        <Button icon={<ArrowUp size={14} />} disabledReason={may("start_rollout", template.name) ?? (rollout !== undefined && rollout !== null && isOpen(rollout) ? t`All instances are being upgraded` : undefined)} onClick={() => setUpgrading(true)}><Trans>Upgrade all…</Trans></Button>
      </Toolbar>
      {upgrading && <RolloutDialog template={template} onClose={() => setUpgrading(false)} />}
      <Panel flush>
        {shown.length === 0 ? (
          <Empty title={t`No instance matches`} actions={<Button onClick={() => change({ text: undefined, phase: undefined })}><Trans>Show all instances</Trans></Button>} />
        ) : (
          <InstanceTable template={template} instances={shown} reasons={reasons} />
        )}
      </Panel>
    </>
  );
}

/** How many there are of each, in one look. */
function Figures({ instances }: { instances: readonly Instance[] }): ReactElement {
  const { total, serving, asleep, stopped, failed, underWay } = countInstances(instances);
  return (
    <Panel>
      <dl className={css.counts}>
        <Figure count={total}><Trans>Total</Trans></Figure>
        <Figure tone="good" count={serving}><Trans>serving</Trans></Figure>
        <Figure tone="asleep" count={asleep}><Trans>asleep</Trans></Figure>
        <Figure tone="calm" count={stopped}><Trans>stopped</Trans></Figure>
        <Figure tone="bad" count={failed}><Trans>failed</Trans></Figure>
        {underWay > 0 && <Figure tone="busy" count={underWay}><Trans>under way</Trans></Figure>}
      </dl>
    </Panel>
  );
}

function Figure({ tone, count, children }: { tone?: Tone; count: number; children: ReactNode }): ReactElement {
  return <div className={css.count}><dt>{tone !== undefined && <Mark tone={tone} />}{children}</dt><dd>{number(count)}</dd></div>;
}

function NoInstances({ name }: { name: string }): ReactElement {
  const may = useMay();
  return (
    <Panel>
      <Empty
        icon={<Boxes size={28} />}
        title={<Trans>No instances yet</Trans>}
        actions={<ButtonLink to="/templates/$template/launch" params={{ template: name }} look="primary" disabledReason={may("launch_instance", name)}><Trans>New instance</Trans></ButtonLink>}
      >
        <Trans>An instance is a stack that is made from this template with values of its own. It has a key, by which it is launched, found and removed.</Trans>
      </Empty>
    </Panel>
  );
}
