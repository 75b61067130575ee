import type { ComposeModel } from "@/api/generated";
import { useUsableSecrets } from "@/features/secrets/useUsableSecrets";
import { useMemo, useState, type ReactElement } from "react";
import { CommentList } from "./CommentList";
import type { Comparison } from "./CompareView";
import { composeFilesOf, pathsOf, toLint, type Draft, type Snapshot } from "./draft";
import type { Target } from "./editor/FileEditor";
import { FileList } from "./FileList";
import { ModelGraph } from "./ModelGraph";
import { OpenFile } from "./OpenFile";
import { SecretList } from "./SecretList";
import { fileOf, useLint, type Comment } from "./useLint";
import { VariableList } from "./VariableList";
import css from "./Workbench.module.css";

export interface WorkbenchProps {
  /** Of the stack; null if it has none yet. */
  name: string | null;
  snapshot: Snapshot;
  /** Of the saved version, until the server has made one of the draft. */
  model: ComposeModel | null;
  draft: Draft;
  onChange: (draft: Draft) => void;
  onSave: () => void;
  /** Versions that the open file can be compared with. */
  comparisons?: readonly Comparison[];
  /** The version that files are compared with when they are opened; null to edit them. */
  comparing?: number | null;
}

const NONE: readonly Comparison[] = [];

function first(wanted: readonly string[], paths: readonly string[]): string | undefined {
  return wanted.find((path) => paths.includes(path));
}

/** Files, editor, graph and findings side by side: the consequences are in view while one writes. */
export function Workbench({ name, snapshot, model, draft, onChange, onSave, comparisons = NONE, comparing = null }: WorkbenchProps): ReactElement {
  const paths = pathsOf(snapshot, draft);
  const compose = composeFilesOf(snapshot, draft)[0] ?? "compose.yaml";
  const [wanted, setWanted] = useState<{ path: string; target: Target | null }>({ path: first(comparing === null ? [] : Object.keys(draft.files), paths) ?? compose, target: null });
  const open = paths.includes(wanted.path) ? wanted.path : (paths[0] ?? compose);
  const lint = useLint(useMemo(() => toLint(snapshot, draft), [snapshot, draft]), name);
  const place = (comment: Comment) => fileOf(comment, paths, compose);
  const named = useUsableSecrets(name);
  const parts = { snapshot, draft, onChange };
  return (
    <div className={css.room}>
      <div className={css.workbench}>
        <div className={css.side}>
          <FileList {...parts} open={open} onOpen={(path) => setWanted({ path, target: null })} comments={lint.opinion?.comments ?? []} fileOf={place} />
          <VariableList {...parts} />
          <SecretList {...parts} named={named} />
        </div>
        <div className={css.main}>
          <OpenFile
            key={open}
            {...parts}
            named={named}
            path={open}
            target={wanted.path === open ? wanted.target : null}
            onSave={onSave}
            comments={(lint.opinion?.comments ?? []).filter((comment) => place(comment) === open)}
            comparisons={comparisons}
            comparing={comparing}
          />
          <CommentList lint={lint} fileOf={place} onChoose={(comment) => setWanted({ path: place(comment), target: { ...comment } })} />
        </div>
        <ModelGraph model={lint.opinion?.model ?? null} saved={model} onChoose={(keys) => setWanted({ path: compose, target: { keys } })} />
      </div>
    </div>
  );
}
