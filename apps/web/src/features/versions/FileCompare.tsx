import type { FileDiff } from "@/api/generated";
import { ProblemNote } from "@/text/ProblemNote";
import { Chip } from "@/ui/Chip";
import { MergeView } from "@/ui/code/lazy";
import { Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQueries } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { fileChange, type FileChange } from "./comparison";
import css from "./FileCompare.module.css";
import type { FileQuery } from "./file_text";

/** Reads a file of one of the two versions. */
export type ReadFile = (version: number, path: string) => FileQuery;

/** One file that differs; its two texts are fetched when it is opened. */
export function FileCompare({ read, file, from, to, open }: { read: ReadFile; file: FileDiff; from: number; to: number; open: boolean }): ReactElement {
  const [opened, setOpened] = useState(open);
  const change = fileChange(file.unified);
  return (
    <Panel flush>
      <details open={opened} onToggle={(event) => setOpened(event.currentTarget.open)}>
        <summary className={css.head}>
          <code className={css.path}>{file.path}</code>
          <FileMark change={change} />
        </summary>
        {opened && <Body read={read} path={file.path} change={change} from={from} to={to} />}
      </details>
    </Panel>
  );
}

function FileMark({ change }: { change: FileChange }): ReactElement | null {
  if (change === "added") return <Chip tone="good"><Trans>added</Trans></Chip>;
  if (change === "removed") return <Chip tone="bad"><Trans>removed</Trans></Chip>;
  if (change === "mode") return <Chip tone="calm"><Trans>made executable or not</Trans></Chip>;
  return null;
}

function Body({ read, path, change, from, to }: { read: ReadFile; path: string; change: FileChange; from: number; to: number }): ReactElement {
  const { t } = useLingui();
  const [before, after] = useQueries({
    queries: [
      { ...read(from, path), enabled: change !== "added" && change !== "mode" },
      { ...read(to, path), enabled: change !== "removed" && change !== "mode" },
    ],
  });
  if (change === "mode") return <p className={css.note}><Trans>The content is the same.</Trans></p>;
  const error = before.error ?? after.error;
  if (error !== null) return <div className={css.note}><ProblemNote error={error} /></div>;
  if (before.isLoading || after.isLoading) return <Skeleton lines={6} label={t`Loading ${path}`} />;
  const [left, right] = [before.data ?? { text: "" }, after.data ?? { text: "" }];
  if (left.text === null || right.text === null) return <p className={css.note}><Trans>This is no text, so it cannot be compared line by line.</Trans></p>;
  return <MergeView before={left.text} after={right.text} path={path} label={t`${path} in v${from} and v${to}`} heads={[t`v${from}`, t`v${to}`]} />;
}
