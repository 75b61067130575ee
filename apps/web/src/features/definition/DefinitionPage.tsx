import type { StackDetails } from "@/api/generated";
import { useStack } from "@/features/stacks/stack";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { DefinitionEditor } from "./DefinitionEditor";
import { snapshotQuery } from "./snapshot";
import { useDraft, type Editing } from "./useDraft";

const route = getRouteApi("/stacks/$stackId/definition");

/** The definition of a stack: what is saved, what is being changed, and what would come of it. */
export function DefinitionPage(): ReactElement {
  const stack = useStack();
  const editing = useDraft(stack.stack_id, stack.latest_version);
  // Another version is another beginning: nothing of the former stays in the editors.
  return <Base key={editing.draft.base} stack={stack} editing={editing} />;
}

function Base({ stack, editing }: { stack: StackDetails; editing: Editing }): ReactElement {
  const { t } = useLingui();
  const { adopting } = route.useSearch();
  const base = useQuery(snapshotQuery(stack.stack_id, editing.draft.base));
  if (base.data !== undefined) return <DefinitionEditor stack={stack} loaded={base.data} editing={editing} adopting={adopting === true && editing.dirty} />;
  if (!base.isError) return <Panel flush><Skeleton lines={14} label={t`Loading the definition`} /></Panel>;
  return (
    <ProblemNote
      error={base.error}
      actions={
        <>
          <Button onClick={() => void base.refetch()}><Trans>Try again</Trans></Button>
          {editing.dirty && <Button look="danger" onClick={() => editing.discard(stack.latest_version)}><Trans>Discard the draft</Trans></Button>}
        </>
      }
    />
  );
}
