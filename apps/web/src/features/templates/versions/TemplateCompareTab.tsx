import { diffTemplateVersionsOptions } from "@/api/generated/@tanstack/react-query.gen";
import { FileCompare } from "@/features/versions/FileCompare";
import { sidesOf } from "@/features/versions/comparison";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { templateFileQuery } from "../edit/template_snapshot";
import { useTemplate } from "../template";
import { CompareVersions } from "./CompareVersions";

const route = getRouteApi("/templates/$template/compare");

/** What differs between two versions of a template: the text of its files. What they mean depends on the values of an instance. */
export function TemplateCompareTab(): ReactElement {
  const { t } = useLingui();
  const { name, latest_version: latest } = useTemplate();
  const { from, to } = sidesOf(route.useSearch(), { latest_version: latest, current_version: null });
  const diff = useQuery(diffTemplateVersionsOptions({ path: { template: name, from_version: from, to_version: to } }));
  return (
    <>
      <CompareVersions key={`${from} ${to}`} sides={{ from, to }} follow />
      {diff.isError && <ProblemNote error={diff.error} actions={<Button onClick={() => void diff.refetch()}><Trans>Try again</Trans></Button>} />}
      {diff.data === undefined && !diff.isError && <Panel flush><Skeleton lines={8} label={t`Comparing`} /></Panel>}
      {diff.data?.files.length === 0 && <Panel><Empty title={<Trans>v{from} and v{to} are the same</Trans>} /></Panel>}
      {diff.data?.files.map((file) => (
        <FileCompare key={file.path} read={(version, path) => templateFileQuery(name, version, path)} file={file} from={from} to={to} open={diff.data.files.length <= 5} />
      ))}
    </>
  );
}
