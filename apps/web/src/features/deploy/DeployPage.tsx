import { useBase } from "@/features/stacks/base";
import { BaseField } from "@/features/stacks/BaseField";
import { useStack } from "@/features/stacks/stack";
import { ProblemNote } from "@/text/ProblemNote";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { PackageOpen } from "lucide-react";
import type { ReactElement } from "react";
import { SlotCard } from "./SlotCard";
import { useSlots } from "./useSlots";
import css from "./Deploy.module.css";

const route = getRouteApi("/stacks/$stackId/deploy");

/** The places of a stack that take an application, and what is in each. */
export function DeployPage(): ReactElement {
  const { t } = useLingui();
  const { service } = route.useSearch();
  const stack = useStack();
  const base = useBase(stack);
  const { slots: all, artifacts, error } = useSlots(stack, base.version);
  if (error !== null) return <ProblemNote error={error} />;
  if (all === undefined) return <Skeleton label={t`Loading the deploy slots`} />;
  const slots = all.filter((slot) => service === undefined || slot.service === service);
  if (slots.length === 0) {
    return (
      <Panel>
        <Empty icon={<PackageOpen size={28} />} title={<Trans>Nothing here takes an artifact</Trans>}>
          <Trans>
            A service takes artifacts when its definition declares a slot under <code>x-core-monitor.deploy</code>: where the file goes,
            how it is activated, and how it is seen to work.
          </Trans>
        </Empty>
      </Panel>
    );
  }
  return (
    <div className={css.slots}>
      <BaseField base={base} onChoose={base.choose} latest={stack.latest_version} />
      {slots.map((slot) => (
        <SlotCard
          key={`${slot.service}/${slot.name}`}
          stack={stack}
          slot={slot}
          base={base.sent}
          current={artifacts.find((artifact) => artifact.service === slot.service && artifact.slot === slot.name) ?? null}
        />
      ))}
    </div>
  );
}
