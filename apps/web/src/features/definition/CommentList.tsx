import { ProblemText } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { SEVERITIES } from "@/text/states";
import { Chip } from "@/ui/Chip";
import { Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import { Button } from "@/ui/Button";
import { ranked, type Comment, type Lint } from "./useLint";
import css from "./CommentList.module.css";

const SHOWN = 20;

/** What the server says about the draft: errors, warnings and findings, each leading to its place. */
export function CommentList({ lint, fileOf, onChoose }: {
  lint: Lint;
  fileOf: (comment: Comment) => string;
  /** Null where there is no editor to go to. */
  onChoose: ((comment: Comment) => void) | null;
}): ReactElement {
  const { t } = useLingui();
  const [all, setAll] = useState(false);
  const comments = ranked(lint.opinion?.comments ?? []);
  const shown = all ? comments : comments.slice(0, SHOWN);
  return (
    <Panel title={<Trans>Findings</Trans>} actions={lint.refused === undefined ? <Counts lint={lint} /> : undefined} flush>
      {lint.error !== null && <div className={css.note}><ProblemText error={lint.error} /></div>}
      {lint.error === null && comments.length === 0 && (
        <p className={css.note}>{lint.refused !== undefined ? lint.refused : lint.opinion === undefined ? <Trans>The server is reading the definition.</Trans> : <Trans>Nothing to reconsider before it goes into production.</Trans>}</p>
      )}
      <ol className={css.comments} aria-label={t`Findings`}>
        {shown.map((comment) => (
          <li key={`${comment.code} ${comment.file} ${comment.line}:${comment.column} ${comment.message.text}`}>
            <Row comment={comment} file={fileOf(comment)} onChoose={onChoose === null ? null : () => onChoose(comment)} />
          </li>
        ))}
      </ol>
      {shown.length < comments.length && <Button look="quiet" onClick={() => setAll(true)}><Trans>Show all {comments.length}</Trans></Button>}
      {(lint.opinion?.leftOut ?? 0) > 0 && <p className={css.note}>{plural(lint.opinion?.leftOut ?? 0, { one: "# more is not listed", other: "# more are not listed" })}</p>}
    </Panel>
  );
}

function Row({ comment, file, onChoose }: { comment: Comment; file: string; onChoose: (() => void) | null }): ReactElement {
  const { t } = useLingui();
  const { tone, word } = SEVERITIES[comment.severity];
  const place = [file, comment.line, comment.column].filter((part) => part !== null).join(":");
  const content = (
    <>
      <Chip tone={tone}>{t(word)}</Chip>
      <span className={css.text}>
        <span><Said message={comment.message} /></span>
        {comment.hint !== null && <span className={css.soft}><Said message={comment.hint} /></span>}
        <span className={css.soft}><code>{place}</code> <code>{comment.code}</code></span>
      </span>
    </>
  );
  if (onChoose === null) return <div className={css.comment}>{content}</div>;
  return <button type="button" className={css.comment} onClick={onChoose}>{content}</button>;
}

function Counts({ lint }: { lint: Lint }): ReactElement {
  const { t } = useLingui();
  const count = (severity: Comment["severity"]) => (lint.opinion?.comments ?? []).filter((comment) => comment.severity === severity).length;
  const [errors, warnings, notes] = [count("error"), count("warning"), count("info")];
  return (
    <output className={css.counts}>
      {lint.checking && <span className={css.soft}>{t`checking…`}</span>}
      {errors > 0 && <Chip tone="bad">{plural(errors, { one: "# error", other: "# errors" })}</Chip>}
      {warnings > 0 && <Chip tone="warn">{plural(warnings, { one: "# warning", other: "# warnings" })}</Chip>}
      {notes > 0 && <Chip tone="calm">{plural(notes, { one: "# note", other: "# notes" })}</Chip>}
      {!lint.checking && lint.opinion !== undefined && errors + warnings + notes === 0 && <Chip tone="good">{t`all good`}</Chip>}
    </output>
  );
}
