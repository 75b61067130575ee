import { useMay } from "@/access/useMay";
import type { TemplateListItem } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { Ago } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { number } from "@/text/sizes";
import { Button } from "@/ui/Button";
import { CodeView } from "@/ui/code/lazy";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { Table } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { LayoutTemplate } from "lucide-react";
import type { ReactElement } from "react";
import { EXAMPLE } from "./edit/beginning";
import css from "./Templates.module.css";
import { useAllTemplates } from "./useTemplates";

/** Definitions with parameters, of which instances are launched. */
export function TemplatesPage(): ReactElement {
  const templates = useAllTemplates();
  const may = useMay();
  const create = may("create_template");
  return (
    <Page>
      <PageHeader
        title={<Trans>Templates</Trans>}
        meta={<Trans>Definitions with parameters. Each instance that is launched from one is a stack of its own.</Trans>}
        actions={
          <>
            {may("list_sweeps") === undefined && <ButtonLink to="/sweeps"><Trans>Sweeps</Trans></ButtonLink>}
            <ButtonLink to="/templates/-/import" disabledReason={create}><Trans>Import</Trans></ButtonLink>
            <ButtonLink to="/templates/-/new" look="primary" disabledReason={create}><Trans>New template</Trans></ButtonLink>
          </>
        }
      />
      {templates.isError && <ProblemNote error={templates.error} actions={<Button onClick={() => void templates.refetch()}><Trans>Try again</Trans></Button>} />}
      {templates.items === undefined ? !templates.isError && <Loading /> : templates.items.length === 0 ? <NoTemplates /> : <Panel flush><TemplateTable templates={templates.items} /></Panel>}
    </Page>
  );
}

function TemplateTable({ templates }: { templates: readonly TemplateListItem[] }): ReactElement {
  const may = useMay();
  const { t } = useLingui();
  return (
    <Table
      label={t`Templates`}
      rows={templates}
      rowKey={(template) => template.template_id}
      columns={[
        { id: "name", title: t`Name`, cell: ({ name }) => <Link to="/templates/$template" params={{ template: name }}><strong>{name}</strong></Link> },
        { id: "title", title: t`Title`, grows: true, optional: true, cell: ({ title, description }) => <span title={description ?? undefined}>{title ?? "–"}</span> },
        { id: "version", title: t`Newest version`, numeric: true, cell: ({ latest_version: latest }) => `v${latest}` },
        { id: "instances", title: t`Instances`, numeric: true, cell: ({ instances }) => number(instances) },
        { id: "updated", title: t`Changed`, cell: ({ updated_at: at }) => <Ago at={at} /> },
        {
          id: "launch",
          title: <span className="visually-hidden">{t`Actions`}</span>,
          cell: ({ name }) => <ButtonLink small to="/templates/$template/launch" params={{ template: name }} disabledReason={may("launch_instance", name)} aria-label={t`New instance of ${name}`}><Trans>New instance</Trans></ButtonLink>,
        },
      ]}
    />
  );
}

function Loading(): ReactElement {
  const { t } = useLingui();
  return <Panel flush><Skeleton lines={6} label={t`Loading the templates`} /></Panel>;
}

function NoTemplates(): ReactElement {
  const may = useMay();
  const { t } = useLingui();
  return (
    <Panel>
      <Empty
        icon={<LayoutTemplate size={28} />}
        title={<Trans>No templates yet</Trans>}
        actions={<ButtonLink to="/templates/-/new" look="primary" disabledReason={may("create_template")}><Trans>New template</Trans></ButtonLink>}
      >
        <Trans>
          A template is a compose file that declares parameters under <code>x-core-monitor.template</code>. Each of them is a variable of
          the file. Launch as many instances as you need: previews of branches, demos, one per customer.
        </Trans>
      </Empty>
      <div className={css.example}><CodeView text={EXAMPLE} label={t`Example of a template`} /></div>
    </Panel>
  );
}
