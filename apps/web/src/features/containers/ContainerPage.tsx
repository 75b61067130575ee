import { ButtonLink } from "@/app/ButtonLink";
import { StackCharts } from "@/features/charts/StackCharts";
import { LogView } from "@/features/logs/LogView";
import type { LogSource } from "@/features/logs/useLogs";
import { Since } from "@/features/stacks/services/ContainerRow";
import { TerminalPanel } from "@/features/terminal/TerminalPanel";
import { ProblemNote } from "@/text/ProblemNote";
import { SERVICE_STATES } from "@/text/states";
import { Chip } from "@/ui/Chip";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page, PageHeader } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Container as Icon } from "lucide-react";
import { useState, type ReactElement } from "react";
import type { StackContainer } from "@/api/generated";
import { ContainerState } from "./ContainerState";
import { ContainerTabs, VIEW_WORDS } from "./ContainerTabs";
import { Files } from "./Files";
import { Inspect } from "./Inspect";
import { Processes } from "./Processes";
import { useAllContainers } from "./useAllContainers";

const route = getRouteApi("/containers/$containerId");

export function ContainerPage(): ReactElement {
  const { t } = useLingui();
  const { containerId } = route.useParams();
  const containers = useAllContainers();
  if (containers.isError) return <Page><ProblemNote error={containers.error} /></Page>;
  const item = containers.items?.find(({ container }) => container.container_id === containerId);
  // Only the whole list says that it is gone.
  if (containers.items === undefined || (item === undefined && containers.hasNextPage)) return <Page><Skeleton label={t`Loading the container`} /></Page>;
  if (item === undefined) return <Gone />;
  return <Found item={item} />;
}

/** A container is replaced with every change of its service, so a link to one can be old. */
function Gone(): ReactElement {
  return (
    <Page>
      <Empty page icon={<Icon size={28} />} title={<Trans>There is no such container any more</Trans>} actions={<ButtonLink to="/containers"><Trans>All containers</Trans></ButtonLink>}>
        <Trans>It may have been replaced or removed; its service has the new one.</Trans>
      </Empty>
    </Page>
  );
}

function Found({ item }: { item: StackContainer }): ReactElement {
  const { t } = useLingui();
  const { container, stack_id: stackId, stack_name: stack } = item;
  const { view = "state" } = route.useSearch();
  const { tone, word } = SERVICE_STATES[container.state];
  return (
    <Page wide={view === "logs"}>
      <PageHeader
        title={container.name}
        part={view === "state" ? undefined : t(VIEW_WORDS[view])}
        status={<Chip tone={tone}>{t(word)}</Chip>}
        meta={
          <>
            <Link to="/stacks/$stackId" params={{ stackId }}>{stack}</Link>
            {container.service !== null && <span>{container.service}{container.slot === null ? "" : ` ${container.slot}`}</span>}
            <span><Since container={container} /></span>
          </>
        }
        tabs={<ContainerTabs containerId={container.container_id} />}
      />
      {view === "state" && <ContainerState item={item} />}
      {view === "logs" && <Logs containerId={container.container_id} />}
      {view === "terminal" && <TerminalPanel containerId={container.container_id} />}
      {view === "charts" && <StackCharts stackId={stackId} service={container.service ?? undefined} slot={container.slot ?? undefined} />}
      {view === "files" && <Files containerId={container.container_id} />}
      {view === "processes" && <Processes containerId={container.container_id} />}
      {view === "inspect" && <Inspect containerId={container.container_id} />}
    </Page>
  );
}

function Logs({ containerId }: { containerId: string }): ReactElement {
  const [source, setSource] = useState<LogSource>({ path: `/api/v1/containers/${containerId}/logs`, services: [], tail: 1_000, grep: "" });
  return <LogView source={source} onSource={setSource} services={[]} />;
}
