import { GuardedTab } from "@/access/Guarded";
import { useMay } from "@/access/useMay";
import { showTemplateOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { TemplateDetails } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { ButtonLink } from "@/app/ButtonLink";
import { Ago } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Outlet } from "@tanstack/react-router";
import { Compass, Plus } from "lucide-react";
import type { ReactElement } from "react";
import { TemplateContext } from "./template";
import { TemplateMenu } from "./TemplateMenu";
import { TemplateTabs, useTemplatePart } from "./TemplateTabs";

const route = getRouteApi("/templates/$template");

/** What stays while one moves between the tabs of a template: what it is called, and what can be done. */
export function TemplateLayout(): ReactElement {
  const { t } = useLingui();
  const { template: name } = route.useParams();
  const template = useQuery(showTemplateOptions({ path: { template: name } }));
  if (template.data !== undefined) return <TemplatePage template={template.data} />;
  if (!template.isError) return <Page><Panel flush><Skeleton lines={8} label={t`Loading the template`} /></Panel></Page>;
  if (isProblem(template.error, "template-not-found")) return <NoSuchTemplate />;
  return <Page><ProblemNote error={template.error} actions={<Button onClick={() => void template.refetch()}><Trans>Try again</Trans></Button>} /></Page>;
}

function TemplatePage({ template }: { template: TemplateDetails }): ReactElement {
  const { name, declaration, latest_version: latest } = template;
  const part = useTemplatePart();
  const may = useMay();
  return (
    <TemplateContext value={template}>
      <Page>
        <PageHeader
          title={name}
          part={part}
          status={declaration.title !== null && <span>{declaration.title}</span>}
          meta={
            <>
              {declaration.description !== null && <span>{declaration.description}</span>}
              <span><Trans>v{latest}, saved <Ago at={template.updated_at} /></Trans></span>
            </>
          }
          actions={
            <>
              <ButtonLink to="/templates/$template/launch" params={{ template: name }} look="primary" icon={<Plus size={14} />} disabledReason={may("launch_instance", name)}><Trans>New instance</Trans></ButtonLink>
              <TemplateMenu template={template} />
            </>
          }
          tabs={<TemplateTabs name={name} />}
        />
        <GuardedTab name={name}><Outlet /></GuardedTab>
      </Page>
    </TemplateContext>
  );
}

function NoSuchTemplate(): ReactElement {
  return (
    <Page>
      <Empty
        page
        icon={<Compass size={28} />}
        title={<Trans>There is no such template</Trans>}
        actions={<ButtonLink to="/templates" look="primary"><Trans>All templates</Trans></ButtonLink>}
      >
        <Trans>It may have been deleted, or the address is incomplete.</Trans>
      </Empty>
    </Page>
  );
}
