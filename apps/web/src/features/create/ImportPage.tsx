import { importProject, type Project } from "@/api/generated";
import { listProjectsOptions, showProjectDefinitionOptions } from "@/api/generated/@tanstack/react-query.gen";
import { idempotencyKey } from "@/api/client";
import { refresh } from "@/api/queries";
import { ButtonLink } from "@/app/ButtonLink";
import { useAllStacks } from "@/features/stacks/useAllStacks";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { classes } from "@/ui/classes";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Container } from "lucide-react";
import type { ReactElement } from "react";
import { useOpenStack } from "./create";
import { ImportPreview } from "./ImportPreview";
import { OtherWays } from "./OtherWays";
import css from "./Create.module.css";

const route = getRouteApi("/stacks/new/import");

/** The server's word about a project whose containers belong to a stack, of this server or of another one. */
const IS_A_STACK = "project_is_a_stack";

/** Projects that docker compose runs on this host, to take over as stacks. */
export function ImportPage(): ReactElement {
  const { t } = useLingui();
  const { project } = route.useSearch();
  const projects = useQuery(listProjectsOptions());
  return (
    <Page>
      <PageHeader
        title={<Trans>Take over a running project</Trans>}
        actions={project === undefined ? <OtherWays /> : <ButtonLink to="/stacks/new/import" search={{}}><Trans>All projects</Trans></ButtonLink>}
        meta={<Trans>The compose file is read from the containers as they run. Taking over restarts nothing.</Trans>}
      />
      {projects.isError && <ProblemNote error={projects.error} actions={<Button onClick={() => void projects.refetch()}><Trans>Try again</Trans></Button>} />}
      {projects.isPending && <Panel flush><Skeleton lines={5} label={t`Loading the projects`} /></Panel>}
      {projects.data !== undefined && <Projects items={projects.data.items} chosen={project} />}
      {project !== undefined && projects.data?.items.some((each) => each.name === project && each.importable) === true && <Preview key={project} name={project} />}
    </Page>
  );
}

function Projects({ items, chosen }: { items: readonly Project[]; chosen: string | undefined }): ReactElement {
  if (items.length === 0) {
    return (
      <Panel>
        <Empty
          icon={<Container size={28} />}
          title={<Trans>docker compose runs nothing on this host</Trans>}
          actions={<ButtonLink to="/stacks/new"><Trans>Other ways to a new stack</Trans></ButtonLink>}
        >
          <Trans>A project that was started with <code>docker compose up</code> appears here while it has containers.</Trans>
        </Empty>
      </Panel>
    );
  }
  // The one that is looked at stands alone: what it would become is right below it.
  const shown = items.some((project) => project.name === chosen) ? items.filter((project) => project.name === chosen) : items;
  const sorted = shown.toSorted((one, other) => Number(other.importable) - Number(one.importable));
  return (
    <Panel flush>
      <ul>{sorted.map((project) => <Row key={project.name} project={project} chosen={project.name === chosen} />)}</ul>
    </Panel>
  );
}

function Row({ project, chosen }: { project: Project; chosen: boolean }): ReactElement {
  const { t } = useLingui();
  const { name, services, running, containers, importable, reason, stack_id: stackId } = project;
  const owner = useOwner(stackId);
  return (
    <li className={classes(css.project, chosen && css.chosen)}>
      <strong>{name}</strong>
      <span className={css.soft}>{services.join(", ")} · {plural(containers, { one: `${running} of # container running`, other: `${running} of # containers running` })}</span>
      {!importable && reason !== null && (
        <span>
          {reason.code === IS_A_STACK && owner === "elsewhere" ? (
            <Trans>Another Core Monitor manages it. To take it over here, delete its stack there and keep its containers.</Trans>
          ) : (
            <Said message={reason} />
          )}
        </span>
      )}
      {importable && !chosen && (
        <ButtonLink to="/stacks/new/import" search={{ project: name }} look="primary" aria-label={t`Look at it: ${name}`}><Trans>Look at it</Trans></ButtonLink>
      )}
      {!importable && stackId !== null && owner === "here" && (
        <ButtonLink to="/stacks/$stackId" params={{ stackId }} aria-label={t`Open the stack: ${name}`}><Trans>Open the stack</Trans></ButtonLink>
      )}
    </li>
  );
}

/** Who manages the stack that the containers of a project name: this server, or another one of the same engine. Undefined while that is not known. */
function useOwner(stackId: string | null): "here" | "elsewhere" | undefined {
  const { items, hasNextPage } = useAllStacks();
  if (stackId === null || items === undefined) return undefined;
  if (items.some((stack) => stack.stack_id === stackId)) return "here";
  return hasNextPage ? undefined : "elsewhere";
}

function Preview({ name }: { name: string }): ReactElement {
  const { t } = useLingui();
  const client = useQueryClient();
  const open = useOpenStack();
  const preview = useQuery({ ...showProjectDefinitionOptions({ path: { name } }), staleTime: 0 });
  const take = useMutation({
    mutationFn: async () => (await importProject({ path: { name }, headers: { "Idempotency-Key": idempotencyKey() }, throwOnError: true })).data,
    onSuccess: async (imported) => {
      void refresh(client, ["listProjects", "listStacks", "showOverview"]);
      await open(imported.stack.stack_id, false);
    },
  });
  if (preview.isError) return <ProblemNote error={preview.error} actions={<Button onClick={() => void preview.refetch()}><Trans>Try again</Trans></Button>} />;
  if (preview.data === undefined) return <Panel flush><Skeleton lines={8} label={t`Reading the containers of ${name}`} /></Panel>;
  return <ImportPreview name={name} preview={preview.data} taking={take.isPending} error={take.error} onTake={() => take.mutate()} />;
}
