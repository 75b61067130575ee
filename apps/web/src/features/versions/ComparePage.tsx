import { diffVersionsOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { VersionDiff } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { useRefused } from "@/features/stacks/actions";
import { useStack } from "@/features/stacks/stack";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { ArtifactChanges } from "./ArtifactChanges";
import { CompareForm } from "./CompareForm";
import { sidesOf } from "./comparison";
import css from "./ComparePage.module.css";
import { fileQuery } from "./file_text";
import { FileCompare } from "./FileCompare";
import { ModelChanges } from "./ModelChanges";

const route = getRouteApi("/stacks/$stackId/compare");

/** What differs between two versions: first what it means, then the text of the files. */
export function ComparePage(): ReactElement {
  const { t } = useLingui();
  const stack = useStack();
  const refused = useRefused();
  const sides = sidesOf(route.useSearch(), stack);
  const diff = useQuery(diffVersionsOptions({ path: { id: stack.stack_id, from_version: sides.from, to_version: sides.to } }));
  return (
    <>
      <div className={css.head}>
        <CompareForm key={`${sides.from} ${sides.to}`} stack={stack} sides={sides} follow />
        {sides.to !== stack.current_version && (
          <ButtonLink
            to="/stacks/$stackId/plan"
            params={{ stackId: stack.stack_id }}
            search={{ version: sides.to, purpose: stack.current_version !== null && sides.to < stack.current_version ? "rollback" : "apply" }}
            disabledReason={refused(stack, "make_plan")}
          >
            <Trans>Plan v{sides.to}…</Trans>
          </ButtonLink>
        )}
      </div>
      {diff.isError && <ProblemNote error={diff.error} actions={<Button onClick={() => void diff.refetch()}><Trans>Try again</Trans></Button>} />}
      {diff.data === undefined ? !diff.isError && <Panel flush><Skeleton lines={8} label={t`Comparing`} /></Panel> : <Differences diff={diff.data} />}
    </>
  );
}

function Differences({ diff }: { diff: VersionDiff }): ReactElement {
  const { stack_id: stackId } = useStack();
  const { from_version: from, to_version: to } = diff;
  const none = diff.model.length + diff.files.length + diff.variables.length + diff.artifacts.length === 0;
  if (none) return <Panel><Empty title={<Trans>v{from} and v{to} are the same</Trans>} /></Panel>;
  return (
    <>
      <Panel title={<Trans>What it means</Trans>}>
        {diff.model.length === 0 ? (
          <p><Trans>Services, networks and volumes are the same: only the text differs.</Trans></p>
        ) : (
          <ModelChanges changes={diff.model} />
        )}
      </Panel>
      {diff.variables.length > 0 && (
        <Panel title={<Trans>Variables that differ</Trans>}>
          <ul className={css.names}>{diff.variables.map((name) => <li key={name}><code>{name}</code></li>)}</ul>
        </Panel>
      )}
      {diff.artifacts.length > 0 && <Panel title={<Trans>Artifacts that differ</Trans>}><ArtifactChanges changes={diff.artifacts} /></Panel>}
      {diff.files.map((file) => <FileCompare key={file.path} read={(version, path) => fileQuery(stackId, version, path)} file={file} from={from} to={to} open={diff.files.length <= 5} />)}
    </>
  );
}
