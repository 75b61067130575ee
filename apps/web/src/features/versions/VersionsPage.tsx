import { listVersionsInfiniteOptions } from "@/api/generated/@tanstack/react-query.gen";
import { useStack } from "@/features/stacks/stack";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { VersionSummary } from "@/api/generated";
import { useState, type ReactElement } from "react";
import { CompareForm } from "./CompareForm";
import { sidesOf } from "./comparison";
import { TagDialog } from "./TagDialog";
import { VersionRow } from "./VersionRow";
import css from "./VersionsPage.module.css";

/** The history of a stack: every version that was saved, the newest first. None of them is ever changed. */
export function VersionsPage(): ReactElement {
  const { t } = useLingui();
  const stack = useStack();
  const [tagged, setTagged] = useState<VersionSummary | null>(null);
  const versions = useInfiniteQuery({
    ...listVersionsInfiniteOptions({ path: { id: stack.stack_id }, query: { limit: 50 } }),
    initialPageParam: { path: { id: stack.stack_id } },
    getNextPageParam: (page) => page.next,
  });
  const items = versions.data?.pages.flatMap((page) => page.items);
  if (items === undefined) {
    return versions.isError ? (
      <ProblemNote error={versions.error} actions={<Button onClick={() => void versions.refetch()}><Trans>Try again</Trans></Button>} />
    ) : (
      <Panel flush><Skeleton lines={8} label={t`Loading the versions`} /></Panel>
    );
  }
  return (
    <>
      {stack.latest_version > 1 && <CompareForm stack={stack} sides={sidesOf({}, stack)} />}
      <Panel flush title={<Trans>Saved versions</Trans>}>
        <ol className={css.timeline} aria-label={t`Versions, the newest first`}>
          {items.map((version) => <VersionRow key={version.version} stack={stack} version={version} onTag={() => setTagged(version)} />)}
        </ol>
        {versions.hasNextPage && (
          <div className={css.more}>
            <Button busy={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}><Trans>Show older versions</Trans></Button>
          </div>
        )}
      </Panel>
      {tagged !== null && <TagDialog stack={stack} version={tagged} onClose={() => setTagged(null)} />}
    </>
  );
}
