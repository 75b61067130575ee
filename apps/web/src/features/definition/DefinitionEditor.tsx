import { useMay } from "@/access/useMay";
import type { SavedVersion, StackDetails } from "@/api/generated";
import { useRefused } from "@/features/stacks/actions";
import { notify } from "@/ui/Toaster";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { Comparison } from "./CompareView";
import { changesOf, filesOf, composeFilesOf, secretNames, variablesOf, type Draft, type Snapshot } from "./draft";
import { LeaveGuard } from "./LeaveGuard";
import { MergeChoice } from "./MergeChoice";
import { useSave } from "./save";
import { SaveBar } from "./SaveBar";
import { snapshotQuery, type Loaded } from "./snapshot";
import type { Editing } from "./useDraft";
import { Workbench } from "./Workbench";
import css from "./DefinitionEditor.module.css";

/** Edits the definition of a stack on top of one of its versions. */
export function DefinitionEditor({ stack, loaded, editing, adopting }: {
  stack: StackDetails;
  loaded: Loaded;
  editing: Editing;
  /** The draft says what runs, and nobody has read it yet. */
  adopting: boolean;
}): ReactElement {
  const { t } = useLingui();
  const navigate = useNavigate();
  const client = useQueryClient();
  const refused = useRefused();
  const [comment, setComment] = useState(adopting ? t`Adopt what runs` : "");
  const [merging, setMerging] = useState<number | null>(null);
  const unsaved = useMay()("save_version", stack.name);
  const { draft, dirty, change, discard } = editing;
  const { snapshot } = loaded;
  const { stack_id: stackId } = stack;
  const save = useSave(stackId);
  const comparisons = useComparisons(stack);
  const newer = dirty && stack.latest_version > draft.base ? stack.latest_version : null;
  const next = Math.max(stack.latest_version, draft.base) + 1;
  const settle = ({ version }: SavedVersion, plan: boolean) => {
    // What was sent is what the new version holds: the editor goes on without asking for it.
    client.setQueryData(snapshotQuery(stackId, version.version).queryKey, savedAs(loaded, draft, version.version, comment));
    discard(version.version);
    setComment("");
    if (plan) void navigate({ to: "/stacks/$stackId/plan", params: { stackId }, search: { version: version.version, purpose: "apply" } });
    else notify({ tone: "good", title: t`Saved as v${version.version}`, text: t`What runs has not changed: apply it when you have seen its plan.` });
  };
  const press = (plan: boolean) => {
    if (!dirty || save.isPending) return;
    save.mutate(
      { standing: stack, snapshot, draft, comment },
      { onSuccess: (result) => (result.kind === "merge" ? setMerging(result.latest) : settle(result.saved, plan)) },
    );
  };
  if (merging !== null) {
    return (
      <MergeChoice
        stackId={stackId}
        base={snapshot}
        draft={draft}
        latest={merging}
        onCancel={() => setMerging(null)}
        onTheirs={() => {
          setMerging(null);
          discard(merging);
        }}
        onMerged={(merged) => {
          setMerging(null);
          change(merged);
        }}
      />
    );
  }
  return (
    <div className={css.editor}>
      {unsaved !== undefined && (
        <Notice tone="calm" title={<Trans>You can read this definition, but not save it</Trans>}><p>{unsaved}</p></Notice>
      )}
      {newer !== null && (
        <Notice tone="warn" live title={<Trans>v{newer} was saved while you were editing v{draft.base}</Trans>} actions={<Button small onClick={() => setMerging(newer)}><Trans>Look at both</Trans></Button>}>
          <p><Trans>Your changes are not lost. Put both together before you save.</Trans></p>
        </Notice>
      )}
      <Workbench
        name={stack.name}
        snapshot={snapshot}
        model={loaded.model}
        draft={draft}
        onChange={change}
        onSave={() => press(false)}
        comparisons={comparisons}
        comparing={adopting ? draft.base : null}
      />
      <SaveBar
        changes={dirty ? changesOf(draft) : null}
        next={next}
        comment={comment}
        onComment={setComment}
        saving={save.isPending}
        error={save.error}
        refusal={refused(stack, "save_version")}
        onDiscard={() => discard(stack.latest_version)}
        onSave={press}
      />
      <LeaveGuard dirty={dirty} inside={`/stacks/${stackId}`} onDiscard={() => discard(stack.latest_version)} />
    </div>
  );
}

function useComparisons({ stack_id: stackId, current_version: applied, latest_version: latest }: StackDetails): Comparison[] {
  const { t } = useLingui();
  const newest = { stackId, version: latest, label: applied === latest ? t`Compare with v${latest} (applied)` : t`Compare with v${latest} (newest)` };
  return applied === null || applied === latest ? [newest] : [{ stackId, version: applied, label: t`Compare with v${applied} (applied)` }, newest];
}

/** What the new version holds: the draft on top of what it began from. */
function savedAs(loaded: Loaded, draft: Draft, version: number, comment: string): Loaded {
  const { snapshot } = loaded;
  const secrets = secretNames(snapshot, draft).map((name) => [name, draft.secrets[name] === undefined ? (snapshot.secrets[name] ?? version) : version] as const);
  const saved: Snapshot = {
    version,
    files: filesOf(snapshot, draft),
    composeFiles: composeFilesOf(snapshot, draft),
    variables: Object.fromEntries(variablesOf(snapshot, draft).filter(({ name }) => name !== "").map(({ name, value }) => [name, value])),
    secrets: Object.fromEntries(secrets),
  };
  return { snapshot: saved, model: loaded.model, comment };
}
