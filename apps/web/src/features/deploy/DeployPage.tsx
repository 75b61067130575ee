import { showVersionOptions } from "@/api/generated/@tanstack/react-query.gen";
import { useStack } from "@/features/stacks/stack";
import { ProblemNote } from "@/text/ProblemNote";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { PackageOpen } from "lucide-react";
import type { ReactElement } from "react";
import { SlotCard } from "./SlotCard";
import { slotsOf } from "./slots";
import css from "./Deploy.module.css";

const route = getRouteApi("/stacks/$stackId/deploy");

/** The places of a stack that take an application, and what is in each. */
export function DeployPage(): ReactElement {
  const { t } = useLingui();
  const { stackId } = route.useParams();
  const { service } = route.useSearch();
  const stack = useStack();
  const version = useQuery(showVersionOptions({ path: { id: stackId, version: stack.latest_version } }));
  if (version.isError) return <ProblemNote error={version.error} />;
  if (version.data === undefined) return <Skeleton label={t`Loading the deploy slots`} />;
  const slots = slotsOf(version.data.model).filter((slot) => service === undefined || slot.service === service);
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
  const artifacts = version.data.artifacts;
  return (
    <div className={css.slots}>
      {slots.map((slot) => (
        <SlotCard
          key={`${slot.service}/${slot.name}`}
          stack={stack}
          slot={slot}
          current={artifacts.find((artifact) => artifact.service === slot.service && artifact.slot === slot.name) ?? null}
        />
      ))}
    </div>
  );
}
