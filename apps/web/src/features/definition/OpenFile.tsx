import { sentence } from "@/text/said";
import { bytes } from "@/text/sizes";
import { Chip } from "@/ui/Chip";
import { isYaml } from "@/ui/code/languages";
import { Select } from "@/ui/Field";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo, useState, type ReactElement } from "react";
import { CompareView, type Comparison } from "./CompareView";
import { composeFilesOf, filesOf, putFile, secretNames, variablesOf, type Draft, type Snapshot } from "./draft";
import type { Remark } from "./editor/diagnostics";
import type { Target } from "./editor/FileEditor";
import { FileEditor } from "./editor/lazy";
import { useComposeHelp } from "./useCompose";
import type { Comment } from "./useLint";
import css from "./OpenFile.module.css";

/** The file that is open: its editor, its comparison with a version, or what there is to say about one that is no text. */
export function OpenFile({ snapshot, draft, named = null, path, target, onChange, onSave, comments, comparisons, comparing }: {
  snapshot: Snapshot;
  draft: Draft;
  /** Named secrets that the compose file can use; null where they are not known. */
  named?: readonly string[] | null;
  path: string;
  target: Target | null;
  onChange: (draft: Draft) => void;
  onSave: () => void;
  comments: readonly Comment[];
  comparisons: readonly Comparison[];
  comparing: number | null;
}): ReactElement {
  const { t } = useLingui();
  const [compared, setCompared] = useState(comparing === null ? "" : String(comparing));
  const content = filesOf(snapshot, draft)[path];
  const comparison = comparisons.find((each) => String(each.version) === compared);
  const choices = [{ value: "", label: t`Edit` }, ...comparisons.map((each) => ({ value: String(each.version), label: each.label }))];
  const title = (
    <span className={css.title}>
      <code>{path}</code>
      {draft.files[path] !== undefined && <Chip tone="warn">{snapshot.files[path] === undefined ? <Trans>new</Trans> : <Trans>edited</Trans>}</Chip>}
    </span>
  );
  return (
    <Panel
      title={title}
      actions={comparisons.length > 0 && content?.kind === "text" ? <Select label={t`What is shown of the file`} value={compared} choices={choices} onChange={setCompared} /> : undefined}
      flush
    >
      {content?.kind === "binary" && <p className={css.note}><Trans>This file is no text, or too large to be edited here: {bytes(content.size)}. It is kept as it is. Replace it by adding a file with the same name.</Trans></p>}
      {content?.kind === "text" && comparison !== undefined && <CompareView comparison={comparison} path={path} text={content.text} />}
      {content?.kind === "text" && comparison === undefined && (
        <Editor {...{ snapshot, draft, named, path, target, onSave, comments }} text={content.text} onText={(text) => onChange(putFile(snapshot, draft, path, { ...content, text }))} />
      )}
    </Panel>
  );
}

function Editor({ snapshot, draft, named, path, text, target, onText, onSave, comments }: {
  snapshot: Snapshot;
  draft: Draft;
  named: readonly string[] | null;
  path: string;
  text: string;
  target: Target | null;
  onText: (text: string) => void;
  onSave: () => void;
  comments: readonly Comment[];
}): ReactElement {
  const { t, i18n } = useLingui();
  const known = useComposeHelp();
  const { locale } = i18n;
  const marks = useMemo(() => comments.map((comment) => remark(comment, locale)), [comments, locale]);
  const assisted = known !== null && isYaml(path) && composeFilesOf(snapshot, draft).includes(path);
  const help = useMemo(
    () => (assisted ? { ...known, variables: [...variablesOf(snapshot, draft).map(({ name }) => name), ...secretNames(snapshot, draft)], secrets: named ?? [] } : null),
    [assisted, known, snapshot, draft, named],
  );
  return (
    <>
      <FileEditor path={path} text={text} label={t`Text of ${path}`} onChange={onText} onSave={onSave} remarks={marks} help={help} target={target} />
      <p className={css.keys}>
        <Trans><kbd>Ctrl</kbd> <kbd>Space</kbd> suggests, <kbd>Ctrl</kbd> <kbd>F</kbd> finds, <kbd>F8</kbd> goes to the next finding, <kbd>Ctrl</kbd> <kbd>S</kbd> saves, <kbd>Esc</kbd> and then <kbd>Tab</kbd> leaves the editor.</Trans>
      </p>
    </>
  );
}

/** `locale` is part of it: the sentence is in the language of the page. */
function remark({ severity, code, message, hint, line, column, length }: Comment, _locale: string): Remark {
  const text = hint === null ? sentence(message) : `${sentence(message)}\n${sentence(hint)}`;
  return { severity, source: code, message: text, line, column, length };
}
