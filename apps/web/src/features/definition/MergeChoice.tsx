import { Author } from "./MergeAuthor";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Skeleton } from "@/ui/Empty";
import { FloatingBar } from "@/ui/FloatingBar";
import { Notice } from "@/ui/Notice";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactElement } from "react";
import { changesOf, type Draft, type Snapshot } from "./draft";
import { mergedDraft, mergeOf, type Choices } from "./merge";
import { MergeFiles, MergeVariables } from "./MergeFiles";
import { snapshotQuery } from "./snapshot";
import css from "./DefinitionEditor.module.css";

/** Somebody else saved a version in between. Nothing is lost: theirs, yours, or both, which are put together as far as possible. */
export function MergeChoice({ stackId, base, draft, latest, onCancel, onTheirs, onMerged }: {
  stackId: string;
  base: Snapshot;
  draft: Draft;
  latest: number;
  onCancel: () => void;
  onTheirs: () => void;
  /** The draft on top of their version. */
  onMerged: (draft: Draft) => void;
}): ReactElement {
  const { t } = useLingui();
  const theirs = useQuery(snapshotQuery(stackId, latest));
  if (theirs.data !== undefined) return <Choice {...{ stackId, base, draft, onCancel, onTheirs, onMerged }} theirs={theirs.data.snapshot} />;
  if (theirs.error === null) return <Panel flush><Skeleton lines={10} label={t`Loading version ${latest}`} /></Panel>;
  return <ProblemNote error={theirs.error} actions={<Button onClick={() => void theirs.refetch()}><Trans>Try again</Trans></Button>} />;
}

function Choice({ stackId, base, draft, theirs, onCancel, onTheirs, onMerged }: {
  stackId: string;
  base: Snapshot;
  draft: Draft;
  theirs: Snapshot;
  onCancel: () => void;
  onTheirs: () => void;
  onMerged: (draft: Draft) => void;
}): ReactElement {
  const { t } = useLingui();
  const [choices, setChoices] = useState<Choices>({ files: {}, variables: {} });
  const [asking, setAsking] = useState(false);
  const merge = useMemo(() => mergeOf(base, draft, theirs), [base, draft, theirs]);
  const conflicts = merge.files.filter((file) => file.changed === "conflict").length + merge.variables.length;
  const mine = () => onMerged(mergedDraft(base, draft, theirs, allMine(base, draft, theirs)));
  return (
    <div className={css.editor}>
      <Notice tone="warn" live title={<Trans>v{theirs.version} was saved while you were editing v{base.version}</Trans>}>
        <p><Author stackId={stackId} version={theirs.version} /></p>
        <p>
          {conflicts === 0 ? (
            <Trans>Your changes and theirs do not touch: both are put together below. Look at the result, then save it.</Trans>
          ) : (
            <Trans>Both changed the same places. There your text stands on the right; the arrows take theirs over.</Trans>
          )}
        </p>
      </Notice>
      <MergeFiles files={merge.files} version={theirs.version} onChoose={(path, content) => setChoices((before) => ({ ...before, files: { ...before.files, [path]: content } }))} />
      <MergeVariables
        variables={merge.variables}
        version={theirs.version}
        chosen={choices.variables}
        onChoose={(name, side) => setChoices((before) => ({ ...before, variables: { ...before.variables, [name]: side } }))}
      />
      {merge.secrets.length > 0 && <Notice tone="calm"><p><Trans>Secrets that both have given a value: {merge.secrets.join(", ")}. Yours is used when you save.</Trans></p></Notice>}
      <FloatingBar label={t`What becomes of both`}>
        <Button onClick={onCancel}><Trans>Back to the draft</Trans></Button>
        <Button look="danger" onClick={() => setAsking(true)}><Trans>Take theirs…</Trans></Button>
        <Button onClick={mine}><Trans>Take mine entirely</Trans></Button>
        <Button look="primary" onClick={() => onMerged(mergedDraft(base, draft, theirs, choices))}><Trans>Use the merged text</Trans></Button>
      </FloatingBar>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t`Discard your changes and take v${theirs.version}?`}
        footer={
          <>
            <Button onClick={() => setAsking(false)}><Trans>Keep editing</Trans></Button>
            <Button look="danger" onClick={onTheirs}><Trans>Discard mine</Trans></Button>
          </>
        }
      >
        <ul>{changesOf(draft).files.map((path) => <li key={path}><code>{path}</code></li>)}</ul>
      </Dialog>
    </div>
  );
}

/** Everything as it is in the draft, whatever they did. */
function allMine(base: Snapshot, draft: Draft, theirs: Snapshot): Choices {
  const { files, variables } = mergeOf(base, draft, theirs);
  return { files: Object.fromEntries(files.map((file) => [file.path, file.mine])), variables: Object.fromEntries(variables.map(({ name }) => [name, "mine"])) };
}
