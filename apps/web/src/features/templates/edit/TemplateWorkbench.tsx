import { composeFilesOf, pathsOf, type Draft, type Snapshot } from "@/features/definition/draft";
import { CommentList } from "@/features/definition/CommentList";
import type { Target } from "@/features/definition/editor/FileEditor";
import { FileList } from "@/features/definition/FileList";
import { OpenFile } from "@/features/definition/OpenFile";
import { fileOf, opinionOfProblem, type Comment } from "@/features/definition/useLint";
import bench from "@/features/definition/Workbench.module.css";
import { ApiError } from "@/api/problem";
import { Panel } from "@/ui/Page";
import { Trans } from "@lingui/react/macro";
import { useMemo, useState, type ReactElement } from "react";
import css from "../Templates.module.css";

const NO_COMPARISONS: readonly never[] = [];

/**
 * Files and editor of a template. What a file means depends on the values of parameters, so the server reads it when it is saved, with
 * sample values, and what it refuses is shown at its place.
 */
export function TemplateWorkbench({ snapshot, draft, onChange, onSave, error }: {
  snapshot: Snapshot;
  draft: Draft;
  onChange: (draft: Draft) => void;
  onSave: () => void;
  /** Why it was not saved. */
  error: Error | null;
}): ReactElement {
  const paths = pathsOf(snapshot, draft);
  const compose = composeFilesOf(snapshot, draft)[0] ?? "compose.yaml";
  const [wanted, setWanted] = useState<{ path: string; target: Target | null }>({ path: compose, target: null });
  const open = paths.includes(wanted.path) ? wanted.path : (paths[0] ?? compose);
  const opinion = useMemo(() => (error instanceof ApiError && error.problem !== null ? opinionOfProblem(error.problem) : undefined), [error]);
  const comments = opinion?.comments ?? [];
  const place = (comment: Comment) => fileOf(comment, paths, compose);
  return (
    <div className={bench.room}>
      <div className={bench.workbench}>
        <div className={bench.side}>
          <FileList snapshot={snapshot} draft={draft} onChange={onChange} open={open} onOpen={(path) => setWanted({ path, target: null })} comments={comments} fileOf={place} />
        </div>
        <div className={bench.main}>
          <OpenFile
            key={open}
            snapshot={snapshot}
            draft={draft}
            onChange={onChange}
            path={open}
            target={wanted.path === open ? wanted.target : null}
            onSave={onSave}
            comments={comments.filter((comment) => place(comment) === open)}
            comparisons={NO_COMPARISONS}
            comparing={null}
          />
          {comments.length > 0 && <CommentList lint={{ opinion, error: null, checking: false }} fileOf={place} onChoose={(comment) => setWanted({ path: place(comment), target: { ...comment } })} />}
        </div>
        <Declaring />
      </div>
    </div>
  );
}

/** What can be declared, in short. */
function Declaring(): ReactElement {
  return (
    <Panel title={<Trans>Parameters</Trans>}>
      <p><Trans>Each parameter below <code>x-core-monitor.template.parameters</code> is a variable of the compose file. Its <code>type</code> says what it takes:</Trans></p>
      <dl className={css.lines}>
        <Kind names="string, int, bool, enum"><Trans>a value, with a default or an example</Trans></Kind>
        <Kind names="secret"><Trans>a secret variable, generated with <code>generate</code></Trans></Kind>
        <Kind names="host_port"><Trans>a port of the host that each instance has for itself</Trans></Kind>
        <Kind names="host"><Trans>a host that requests name</Trans></Kind>
        <Kind names="folder, file"><Trans>a path below a folder that the operator allows</Trans></Kind>
      </dl>
      <p className={css.soft}><Trans><code>INSTANCE</code> and <code>TEMPLATE_NAME</code> are always there. The server reads the template with sample values when it is saved.</Trans></p>
    </Panel>
  );
}

function Kind({ names, children }: { names: string; children: ReactElement }): ReactElement {
  return <div><dt><code>{names}</code></dt><dd className={css.soft}>{children}</dd></div>;
}
