import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { useStack } from "@/features/stacks/stack";
import { ButtonLink } from "@/app/ButtonLink";
import { Trans, useLingui } from "@lingui/react/macro";
import { Moon } from "lucide-react";
import type { ReactElement } from "react";
import { GatewayNotice } from "./GatewayNotice";
import { ServicePanel } from "./ServicePanel";
import { useOnDemandList } from "./useOnDemand";

/** What of a stack wakes on demand, with everything that is known about each service. */
export function OnDemandTab(): ReactElement {
  const { t } = useLingui();
  const stack = useStack();
  const list = useOnDemandList();
  if (list.data === undefined) {
    return list.isError ? (
      <ProblemNote error={list.error} actions={<Button onClick={() => void list.refetch()}><Trans>Try again</Trans></Button>} />
    ) : (
      <Panel flush><Skeleton lines={6} label={t`Loading the services`} /></Panel>
    );
  }
  const services = list.data.items.filter((item) => item.stack_id === stack.stack_id);
  if (services.length === 0) return <Nothing stackId={stack.stack_id} applied={stack.current_version !== null} />;
  const { gateway } = list.data;
  return (
    <>
      <GatewayNotice gateway={gateway} />
      {services.map((service) => <ServicePanel key={service.service} service={service} gateway={gateway} alone={services.length === 1} />)}
    </>
  );
}

/** Somebody has come by an address: no tab leads here. */
function Nothing({ stackId, applied }: { stackId: string; applied: boolean }): ReactElement {
  return (
    <Panel>
      <Empty
        icon={<Moon size={28} />}
        title={applied ? <Trans>No service of the applied version wakes on demand</Trans> : <Trans>No version has been applied yet</Trans>}
        actions={<ButtonLink to="/stacks/$stackId/definition" params={{ stackId }}><Trans>Edit the definition</Trans></ButtonLink>}
      >
        <Trans>A service wakes on demand once a version is applied that says so under <code>x-core-monitor.on-demand</code>.</Trans>
      </Empty>
    </Panel>
  );
}
