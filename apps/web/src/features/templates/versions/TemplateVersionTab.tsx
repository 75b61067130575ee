import { showTemplateVersionOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { TemplateDeclaration, TemplateParameter, TemplateVersion } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { FilesPanel } from "@/features/versions/VersionFiles";
import { ActorName } from "@/text/ActorName";
import { Ago } from "@/text/Ago";
import { period } from "@/text/dates";
import { place, ProblemNote } from "@/text/ProblemNote";
import { Marked, Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Skeleton } from "@/ui/Empty";
import { Notice } from "@/ui/Notice";
import { Facts, Panel } from "@/ui/Page";
import { Table } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { composeFileOf } from "../edit/compose_file";
import { templateFileQuery } from "../edit/template_snapshot";
import { useTemplate } from "../template";
import { placeholderOf } from "../launch/values";
import css from "../Templates.module.css";

const route = getRouteApi("/templates/$template/versions/$version");

/** One version of a template: what it declares, and its files. */
export function TemplateVersionTab(): ReactElement {
  const { t } = useLingui();
  const { name } = useTemplate();
  const version = Number(route.useParams().version);
  const shown = useQuery(showTemplateVersionOptions({ path: { template: name, version } }));
  if (shown.data !== undefined) return <Version name={name} version={shown.data} />;
  if (!shown.isError) return <Panel flush><Skeleton lines={8} label={t`Loading the version`} /></Panel>;
  return <ProblemNote error={shown.error} actions={<Button onClick={() => void shown.refetch()}><Trans>Try again</Trans></Button>} />;
}

function Version({ name, version }: { name: string; version: TemplateVersion }): ReactElement {
  const { t } = useLingui();
  const { version: number, declaration, files, warnings } = version;
  return (
    <>
      <Panel
        title={<Trans>Version {number}</Trans>}
        actions={number > 1 && <ButtonLink small to="/templates/$template/compare" params={{ template: name }} search={{ from: number - 1, to: number }}><Trans>What it changed</Trans></ButtonLink>}
      >
        <Facts
          items={[
            { id: "author", name: t`Saved by`, value: <><ActorName actor={version.author} />, <Ago at={version.created_at} /></> },
            { id: "comment", name: t`Comment`, value: version.comment === "" ? <span className={css.soft}><Trans>no comment</Trans></span> : <Marked text={version.comment} /> },
            ...useDeclared(declaration),
          ]}
        />
        {warnings.length > 0 && (
          <Notice tone="warn" title={<Trans>Warnings</Trans>}>
            <ul>{warnings.map((item) => <li key={`${place(item)} ${item.message.text}`}>{item.file !== null && <code>{place(item)}</code>} <Said message={item.message} /></li>)}</ul>
          </Notice>
        )}
      </Panel>
      {declaration.parameters.length > 0 && <Panel flush title={<Trans>Parameters</Trans>}><Parameters parameters={declaration.parameters} /></Panel>}
      <FilesPanel key={number} number={number} main={composeFileOf(files.map(({ path }) => path))} files={files} read={(path) => templateFileQuery(name, number, path)} />
    </>
  );
}

/** What else it declares: keys, address, what builds, and how long instances live. */
function useDeclared({ key, url, build, lifetime }: TemplateDeclaration) {
  const { t } = useLingui();
  const { remove_after_seconds: stopped, max_age_seconds: age, grace_seconds: grace } = lifetime;
  return [
    ...(key.pattern === null ? [] : [{ id: "key", name: t`Keys`, value: <code>{key.pattern}</code> }]),
    ...(url === null ? [] : [{ id: "url", name: t`Address`, value: <code>{url}</code> }]),
    ...(build.length === 0 ? [] : [{ id: "build", name: t`Builds`, value: <code>{build.join(", ")}</code> }]),
    ...(stopped === null ? [] : [{ id: "stopped", name: t`Removed when stopped for`, value: period(stopped) }]),
    ...(age === null ? [] : [{ id: "age", name: t`Removed at the age of`, value: period(age) }]),
    { id: "grace", name: t`Kept without its key for`, value: period(grace) },
  ];
}

function Parameters({ parameters }: { parameters: readonly TemplateParameter[] }): ReactElement {
  const { t } = useLingui();
  return (
    <Table
      label={t`Parameters`}
      rows={parameters}
      rowKey={({ name }) => name}
      columns={[
        { id: "name", title: t`Name`, cell: ({ name }) => <code>{name}</code> },
        { id: "kind", title: t`Type`, cell: ({ kind }) => <code>{kind}</code> },
        { id: "value", title: t`If none is given`, cell: (parameter) => <WithoutValue parameter={parameter} /> },
        { id: "help", title: t`What for`, grows: true, optional: true, cell: ({ label, help }) => [label, help].filter((text) => text !== null).join(" – ") },
      ]}
    />
  );
}

function WithoutValue({ parameter }: { parameter: TemplateParameter }): ReactElement {
  const { kind, generate, port_range: range, optional, default_value: value } = parameter;
  if (kind === "secret" && generate !== null) return <Trans>generated</Trans>;
  if (kind === "host_port") return <Trans>one of {range}</Trans>;
  const made = kind === "folder" || kind === "file" || kind === "host" || (value !== null && value !== undefined);
  const text = made ? placeholderOf(parameter) : undefined;
  if (text !== undefined) return <code>{text}</code>;
  return optional ? <Trans>empty</Trans> : <Trans>it has to be given</Trans>;
}
