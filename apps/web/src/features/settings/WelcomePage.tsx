import { useMay } from "@/access/useMay";
import { listProjectsOptions, showAboutOptions, showReadinessOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { ReadyBody } from "@/api/generated";
import { ProblemNote } from "@/text/ProblemNote";
import { duration } from "@/text/dates";
import { bytes } from "@/text/sizes";
import { ButtonLink } from "@/app/ButtonLink";
import { Button } from "@/ui/Button";
import { Mark, type Tone } from "@/ui/Chip";
import { Skeleton } from "@/ui/Empty";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import css from "./WelcomePage.module.css";

/** The first minutes: is everything there, what runs already, and the first stack. */
export function WelcomePage(): ReactElement {
  const may = useMay();
  return (
    <Page>
      <PageHeader title={<Trans>First steps</Trans>} meta={<Trans>Three things, and your first stack runs.</Trans>} />
      <Panel title={<Trans>1. Is everything ready?</Trans>}><Checks /></Panel>
      <Panel title={<Trans>2. Does something run here already?</Trans>}><Projects /></Panel>
      <Panel title={<Trans>3. Compose a stack</Trans>}>
        <p>
          <Trans>
            Choose what you need in the wizard: a database, a web server, your own image. It connects them, and you see the compose
            file and the plan before anything happens.
          </Trans>
        </p>
        <span className={css.links}>
          <ButtonLink to="/stacks/new/wizard" look="primary" disabledReason={may("save_wizard")}><Trans>Open the wizard</Trans></ButtonLink>
          <ButtonLink to="/stacks/new" look="default" disabledReason={may("create_stack")}><Trans>Other ways to begin</Trans></ButtonLink>
        </span>
      </Panel>
    </Page>
  );
}

function Checks(): ReactElement {
  const { t } = useLingui();
  const ready = useQuery(showReadinessOptions());
  const about = useQuery(showAboutOptions());
  const body = ready.data;
  const engine = about.data?.engine ?? null;
  if (about.isError) return <ProblemNote error={about.error} />;
  if (about.isPending || ready.isPending) return <Skeleton label={t`Checking`} />;
  return (
    <>
      <ul className={css.checks}>
        <Check tone="good">{t`The server answers: Core Monitor ${about.data.version}`}</Check>
        <Check tone={engine === null ? "bad" : "good"}>
          {engine === null ? t`The worker has not seen a Docker Engine yet` : t`Docker Engine ${engine.version} on ${engine.os}/${engine.arch}`}
        </Check>
        {body === undefined ? <Check tone="bad">{t`Something is not ready`}</Check> : <BodyChecks body={body} />}
      </ul>
      <span><Button onClick={() => { void ready.refetch(); void about.refetch(); }}><Trans>Check again</Trans></Button></span>
    </>
  );
}

function BodyChecks({ body }: { body: ReadyBody }): ReactElement {
  const { t } = useLingui();
  const age = body.observation_age_seconds;
  return (
    <>
      <Check tone={body.worker ? "good" : "bad"}>{body.worker ? t`The worker runs` : t`The worker does not run: start core-monitor-worker`}</Check>
      <Check tone={body.database && body.database_writable ? "good" : "bad"}>
        {body.database && body.database_writable ? t`The database can be written` : t`The database cannot be written`}
      </Check>
      <Check tone={body.disk ? "good" : "warn"}>
        {body.disk_free_bytes === null ? t`The free space of the data folder is unknown` : t`${bytes(body.disk_free_bytes)} are free for the data folder`}
      </Check>
      <Check tone={age === null ? "warn" : "good"}>
        {age === null ? t`The engine has not been observed yet` : t`The engine was observed ${duration(age * 1_000)} ago`}
      </Check>
    </>
  );
}

function Check({ tone, children }: { tone: Tone; children: ReactNode }): ReactElement {
  const { t } = useLingui();
  const words: Record<Tone, string> = { good: t`good`, busy: t`checking`, warn: t`look at this`, bad: t`missing`, calm: "", asleep: "" };
  return <li className={css.check}><Mark tone={tone} /><span className="visually-hidden">{words[tone]}: </span>{children}</li>;
}

function Projects(): ReactElement | null {
  const { t } = useLingui();
  const may = useMay();
  const listed = may("list_projects") === undefined;
  const projects = useQuery({ ...listProjectsOptions(), enabled: listed });
  if (!listed) return null;
  if (projects.isError) return <ProblemNote error={projects.error} />;
  if (projects.isPending) return <Skeleton label={t`Looking for projects`} />;
  const free = projects.data.items.filter((project) => project.stack_id === null);
  if (free.length === 0) {
    return <p><Trans>No project of docker compose runs on this host that could be taken over.</Trans></p>;
  }
  return (
    <>
      <p>
        {plural(free.length, {
          one: "# project of docker compose runs on this host. It can be taken over as a stack; nothing is restarted.",
          other: "# projects of docker compose run on this host. They can be taken over as stacks; nothing is restarted.",
        })}
      </p>
      <p className={css.names}>{free.map((project) => project.name).join(", ")}</p>
      <span className={css.links}><ButtonLink to="/stacks/new/import" look="default" disabledReason={may("import_project")}><Trans>Take them over</Trans></ButtonLink></span>
    </>
  );
}
