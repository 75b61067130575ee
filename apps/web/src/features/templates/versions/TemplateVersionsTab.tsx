import { useMay } from "@/access/useMay";
import { listTemplateVersionsInfiniteOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { TemplateVersionSummary } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { ActorName } from "@/text/ActorName";
import { Ago } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { Marked } from "@/text/said";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Row, RowLine, RowNote, Rows } from "@/ui/Rows";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FilePen } from "lucide-react";
import type { ReactElement } from "react";
import { useTemplate } from "../template";
import css from "../Templates.module.css";
import { CompareVersions } from "./CompareVersions";

/** Every version of a template, the newest first. None of them is ever changed. */
export function TemplateVersionsTab(): ReactElement {
  const { t } = useLingui();
  const { name, latest_version: latest } = useTemplate();
  const path = { template: name };
  const may = useMay();
  const versions = useInfiniteQuery({ ...listTemplateVersionsInfiniteOptions({ path, query: { limit: 50 } }), initialPageParam: { path }, getNextPageParam: (page) => page.next });
  const items = versions.data?.pages.flatMap((page) => page.items);
  return (
    <>
      {latest > 1 && <CompareVersions sides={{ from: latest - 1, to: latest }} />}
      {versions.isError && <ProblemNote error={versions.error} actions={<Button onClick={() => void versions.refetch()}><Trans>Try again</Trans></Button>} />}
      {items === undefined ? !versions.isError && <Panel flush><Skeleton lines={8} label={t`Loading the versions`} /></Panel> : (
        <Panel
          flush
          title={<Trans>Saved versions</Trans>}
          actions={<ButtonLink small to="/templates/$template/edit" params={path} icon={<FilePen size={14} />} disabledReason={may("save_template_version", name)}><Trans>New version</Trans></ButtonLink>}
        >
          <Rows ordered>{items.map((version) => <VersionRow key={version.version} name={name} latest={latest} version={version} />)}</Rows>
          {versions.hasNextPage && <div className={css.note}><Button busy={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}><Trans>Show older versions</Trans></Button></div>}
        </Panel>
      )}
    </>
  );
}

function VersionRow({ name, latest, version }: { name: string; latest: number; version: TemplateVersionSummary }): ReactElement {
  const { version: number, comment, author, created_at: at } = version;
  const params = { template: name };
  return (
    <Row actions={number > 1 && <ButtonLink small to="/templates/$template/compare" params={params} search={{ from: number - 1, to: number }}><Trans>What it changed</Trans></ButtonLink>}>
      <RowLine>
        <Link to="/templates/$template/versions/$version" params={{ ...params, version: String(number) }}><strong>v{number}</strong></Link>
        {number === latest && <Chip tone="good"><Trans>newest</Trans></Chip>}
        <span className={comment === "" ? css.soft : undefined}>{comment === "" ? <Trans>no comment</Trans> : <Marked text={comment} />}</span>
      </RowLine>
      <RowNote><ActorName actor={author} />, <Ago at={at} /></RowNote>
    </Row>
  );
}
