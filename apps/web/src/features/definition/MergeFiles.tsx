import { Chip } from "@/ui/Chip";
import { MergeView } from "@/ui/code/lazy";
import { Select } from "@/ui/Field";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import type { FileContent } from "./files";
import type { MergedFile, MergedVariable } from "./merge";
import css from "./DefinitionEditor.module.css";

/** Each file that differs: theirs on the left, what is saved on the right. */
export function MergeFiles({ files, version, onChoose }: {
  files: readonly MergedFile[];
  version: number;
  onChoose: (path: string, content: FileContent | null) => void;
}): ReactElement[] {
  return files.map((file) => (
    <Panel key={file.path} title={<code>{file.path}</code>} actions={<Changed file={file} />} flush>
      <File file={file} version={version} onChoose={(content) => onChoose(file.path, content)} />
    </Panel>
  ));
}

function Changed({ file }: { file: MergedFile }): ReactElement {
  switch (file.changed) {
    case "conflict": return <Chip tone="bad"><Trans>both changed the same</Trans></Chip>;
    case "both": return <Chip tone="good"><Trans>put together</Trans></Chip>;
    case "mine": return <Chip tone="calm"><Trans>changed by you</Trans></Chip>;
    case "theirs": return <Chip tone="calm"><Trans>changed by them</Trans></Chip>;
  }
}

function File({ file, version, onChoose }: { file: MergedFile; version: number; onChoose: (content: FileContent | null) => void }): ReactElement {
  const { t } = useLingui();
  const { path, changed, mine, theirs, merged } = file;
  if (changed === "theirs") return <p className={css.note}>{theirs === null ? <Trans>They deleted it: it stays deleted.</Trans> : <Trans>Only they changed it: their file is kept.</Trans>}</p>;
  if (merged?.kind === "text" && theirs?.kind === "text") {
    return (
      <MergeView
        before={theirs.text}
        after={merged.text}
        path={path}
        label={t`Differences between v${version} and what you save`}
        heads={[<Trans key="theirs">Theirs, v{version}</Trans>, <Trans key="merged">What you save</Trans>]}
        onChange={(text) => onChoose({ ...merged, text })}
      />
    );
  }
  if (changed === "mine") return <p className={css.note}>{mine === null ? <Trans>You deleted it: it stays deleted.</Trans> : <Trans>Only you changed it: your file is kept.</Trans>}</p>;
  return <Whole {...{ mine, theirs, onChoose }} />;
}

/** Files that are no text, or that one side deleted, can only be taken whole. */
function Whole({ mine, theirs, onChoose }: { mine: FileContent | null; theirs: FileContent | null; onChoose: (content: FileContent | null) => void }): ReactElement {
  const { t } = useLingui();
  const [side, setSide] = useState<"mine" | "theirs">("mine");
  return (
    <p className={css.note}>
      <Select
        label={t`Which one is kept`}
        value={side}
        choices={[
          { value: "mine", label: mine === null ? t`Delete it, as I did` : t`Keep mine` },
          { value: "theirs", label: theirs === null ? t`Delete it, as they did` : t`Keep theirs` },
        ]}
        onChange={(next) => {
          setSide(next);
          onChoose(next === "mine" ? mine : theirs);
        }}
      />
    </p>
  );
}

/** Variables to which both gave another value. */
export function MergeVariables({ variables, version, chosen, onChoose }: {
  variables: readonly MergedVariable[];
  version: number;
  chosen: Readonly<Record<string, "mine" | "theirs">>;
  onChoose: (name: string, side: "mine" | "theirs") => void;
}): ReactElement | null {
  const { t } = useLingui();
  if (variables.length === 0) return null;
  const shown = (value: string | null) => value ?? t`(removed)`;
  return (
    <Panel title={<Trans>Variables that both changed</Trans>}>
      {variables.map(({ name, mine, theirs }) => (
        <label key={name}>
          <code>{name}</code>
          <Select
            value={chosen[name] ?? "mine"}
            choices={[
              { value: "mine", label: t`mine: ${shown(mine)}` },
              { value: "theirs", label: t`theirs, v${version}: ${shown(theirs)}` },
            ]}
            onChange={(side) => onChoose(name, side)}
          />
        </label>
      ))}
    </Panel>
  );
}
