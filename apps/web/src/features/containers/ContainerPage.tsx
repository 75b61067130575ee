import { NotAllowed } from "@/access/NotAllowed";
import { useMay } from "@/access/useMay";
import { ButtonLink } from "@/app/ButtonLink";
import { StackCharts } from "@/features/charts/StackCharts";
import { LogView } from "@/features/logs/LogView";
import type { LogSource } from "@/features/logs/useLogs";
import { refusal } from "@/features/stacks/actions";
import { Since } from "@/features/stacks/services/ContainerRow";
import { TerminalPanel } from "@/features/terminal/TerminalPanel";
import { ProblemNote } from "@/text/ProblemNote";
import { serviceLook } from "@/text/states";
import { Chip } from "@/ui/Chip";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page, PageHeader, Panel } from "@/ui/Page";
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
import { useContainer } from "./useContainer";
import { VIEWS_NEED } from "./views";

const route = getRouteApi("/containers/$containerId");

export function ContainerPage(): ReactElement {
  const { t } = useLingui();
  const { containerId } = route.useParams();
  const found = useContainer(containerId);
  switch (found.kind) {
    case "found": return <Found item={found.item} />;
    case "gone": return <Gone />;
    case "foreign": return <Foreign name={found.name} />;
    case "failed": return <Page><ProblemNote error={found.error} /></Page>;
    case "looking": return <Page><Skeleton label={t`Loading the container`} /></Page>;
  }
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

/** Volumes and networks name every container that uses them, also those that no stack has made. */
function Foreign({ name }: { name: string }): ReactElement {
  const may = useMay();
  return (
    <Page>
      <Empty page icon={<Icon size={28} />} title={name} actions={<ButtonLink to="/stacks/new/import" disabledReason={may("import_project")}><Trans>Take over a running project</Trans></ButtonLink>}>
        <Trans>This container belongs to no stack. Core Monitor shows the containers of its stacks; a project that docker compose runs can be taken over as one.</Trans>
      </Empty>
    </Page>
  );
}

function Found({ item }: { item: StackContainer }): ReactElement {
  const { t } = useLingui();
  const { container, stack_id: stackId, stack_name: stack } = item;
  const { view = "state" } = route.useSearch();
  const { tone, word } = serviceLook(container);
  const may = useMay();
  const needs = VIEWS_NEED[view];
  const why = needs === undefined ? undefined : may(needs, stack);
  const refused = needs === undefined ? undefined : refusal(container.actions, needs);
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
        tabs={<ContainerTabs containerId={container.container_id} stack={stack} />}
      />
      {view === "state" && <ContainerState item={item} />}
      {why !== undefined && <NotAllowed why={why} />}
      {view === "logs" && why === undefined && <Logs containerId={container.container_id} />}
      {why === undefined && refused !== undefined && <Panel><Empty title={<Trans>Not possible at this moment</Trans>}>{refused}</Empty></Panel>}
      {view === "terminal" && why === undefined && refused === undefined && <TerminalPanel containerId={container.container_id} />}
      {view === "charts" && <StackCharts stackId={stackId} service={container.service ?? undefined} slot={container.slot ?? undefined} />}
      {view === "files" && why === undefined && <Files containerId={container.container_id} stack={stack} />}
      {view === "processes" && why === undefined && refused === undefined && <Processes containerId={container.container_id} />}
      {view === "inspect" && <Inspect containerId={container.container_id} stack={stack} />}
    </Page>
  );
}

function Logs({ containerId }: { containerId: string }): ReactElement {
  const [source, setSource] = useState<LogSource>({ path: `/api/v1/containers/${containerId}/logs`, services: [], tail: 1_000, grep: "" });
  return <LogView source={source} onSource={setSource} services={[]} />;
}
