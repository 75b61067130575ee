import { showVersionOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Version } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { ButtonLink } from "@/app/ButtonLink";
import { useRefused } from "@/features/stacks/actions";
import { offerOf } from "@/features/stacks/course";
import { useAhead, useCourse } from "@/features/stacks/last_command";
import { RevertLink } from "@/features/stacks/RevertLink";
import { useStack } from "@/features/stacks/stack";
import { Ago } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { Marked } from "@/text/said";
import { Button } from "@/ui/Button";
import { Code } from "@/ui/Copy";
import { Empty, Skeleton } from "@/ui/Empty";
import { Facts, Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Tag } from "lucide-react";
import { useState, type ReactElement } from "react";
import { FindingList } from "./FindingList";
import { isBack, useOutcome } from "./outcome";
import { TagDialog } from "./TagDialog";
import { VersionFiles } from "./VersionFiles";
import { VersionMarks } from "./VersionMarks";
import css from "./VersionPage.module.css";
import { VersionRelease } from "./VersionRelease";
import { VersionVariables } from "./VersionVariables";

const route = getRouteApi("/stacks/$stackId/versions/$version");

/** Everything about one saved version. It never changes, so it can only be read, compared and applied. */
export function VersionPage(): ReactElement {
  const { t } = useLingui();
  const { stackId, version: written } = route.useParams();
  const number = Number(written);
  const sensible = Number.isInteger(number) && number > 0;
  const version = useQuery({ ...showVersionOptions({ path: { id: stackId, version: sensible ? number : 1 } }), enabled: sensible });
  if (!sensible || isProblem(version.error, "version-not-found")) return <NoSuchVersion stackId={stackId} written={written} />;
  if (version.isError) {
    return <ProblemNote error={version.error} actions={<Button onClick={() => void version.refetch()}><Trans>Try again</Trans></Button>} />;
  }
  if (version.data === undefined) return <Panel flush><Skeleton lines={8} label={t`Loading v${number}`} /></Panel>;
  return <OneVersion version={version.data} />;
}

function OneVersion({ version }: { version: Version }): ReactElement {
  return (
    <>
      <About version={version} />
      <VersionFiles version={version} />
      <VersionVariables version={version} />
      <Panel title={<Trans>Findings</Trans>}><FindingList version={version} /></Panel>
      <VersionRelease version={version} />
    </>
  );
}

function About({ version }: { version: Version }): ReactElement {
  const stack = useStack();
  const refused = useRefused();
  const [tagging, setTagging] = useState(false);
  const { version: number, metadata, status, parent_version: parent } = version;
  const params = { stackId: stack.stack_id };
  const applied = stack.current_version;
  const outcome = useOutcome(stack.stack_id, version, applied);
  const offer = offerOf(number, applied, useCourse(stack.stack_id));
  const back = isBack(number, applied, outcome.ran);
  const { back: revert } = useAhead(stack);
  const later = revert === "primary" || outcome.failed || (!outcome.ran && applied !== null && number < applied);
  return (
    <Panel
      title={<span className={css.title}>v{number} <VersionMarks version={version} outcome={outcome} stack={stack} /></span>}
      actions={
        <>
          <Button small look="quiet" icon={<Tag size={14} />} disabledReason={refused(stack, "tag_version")} onClick={() => setTagging(true)}>{version.tag === null ? <Trans>Tag…</Trans> : <Trans>Change the tag…</Trans>}</Button>
          {applied !== null && applied !== number && (
            <ButtonLink small to="/stacks/$stackId/compare" params={params} search={{ from: applied, to: number }}><Trans>Compare with v{applied}</Trans></ButtonLink>
          )}
          {revert !== null && number === applied && <RevertLink small stack={stack} />}
          {offer !== null && (
            <ButtonLink small look={later ? "default" : offer} to="/stacks/$stackId/plan" params={params} search={{ version: number, purpose: back ? "rollback" : "apply" }} disabledReason={refused(stack, "make_plan")}>
              {back ? <Trans>Roll back to v{number}…</Trans> : <Trans>Apply v{number}…</Trans>}
            </ButtonLink>
          )}
        </>
      }
    >
      {metadata.comment !== "" && <p className={css.comment}><Marked text={metadata.comment} /></p>}
      <Facts
        items={[
          { id: "author", name: <Trans>Saved by</Trans>, value: <>{metadata.author.name} · <Ago at={metadata.created_at} /></> },
          { id: "parent", name: <Trans>Made from</Trans>, value: parent === null ? <Trans>nothing, it is the first</Trans> : <>v{parent}</> },
          { id: "applied", name: <Trans>Last applied</Trans>, value: status.last_applied_at === null ? <Trans>never</Trans> : <Ago at={status.last_applied_at} /> },
          { id: "services", name: <Trans>Services</Trans>, value: version.services.join(", ") },
          { id: "hash", name: <Trans>Content</Trans>, value: <Code>{version.content_hash}</Code> },
        ]}
      />
      {tagging && <TagDialog stack={stack} version={version} onClose={() => setTagging(false)} />}
    </Panel>
  );
}

function NoSuchVersion({ stackId, written }: { stackId: string; written: string }): ReactElement {
  const { latest_version: latest } = useStack();
  return (
    <Panel>
      <Empty
        title={<Trans>This stack has no version {written}</Trans>}
        actions={<ButtonLink to="/stacks/$stackId/versions" params={{ stackId }}><Trans>All versions</Trans></ButtonLink>}
      >
        <Trans>Its newest one is v{latest}.</Trans>
      </Empty>
    </Panel>
  );
}
