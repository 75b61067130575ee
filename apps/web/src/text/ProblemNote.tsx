import { ApiError, Unreachable } from "@/api/problem";
import type { ProblemItem } from "@/api/generated";
import { Notice } from "@/ui/Notice";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement, ReactNode } from "react";
import { Said } from "./said";
import css from "./ProblemNote.module.css";

/** Why something did not work, in the API's own sentence, with its hint, its places in the definition and its code. */
export function ProblemNote({ error, actions }: { error: unknown; actions?: ReactNode }): ReactElement {
  return (
    <Notice tone="bad" live actions={actions}>
      <ProblemText error={error} />
    </Notice>
  );
}

/** The same without a frame, for toasts and dialogs. */
export function ProblemText({ error }: { error: unknown }): ReactElement {
  const { t } = useLingui();
  if (error instanceof Unreachable) {
    return (
      <>
        <p>{t`The server cannot be reached.`}</p>
        <p className={css.hint}>{t`Check that it is running and that the network is up. Nothing you typed is lost.`}</p>
      </>
    );
  }
  if (!(error instanceof ApiError)) return <p>{error instanceof Error ? error.message : String(error)}</p>;
  if (error.problem === null) {
    return <p><Trans>Something in between answered with status {error.status}; it was not Core Monitor.</Trans></p>;
  }
  const { message, hint, errors, code } = error.problem;
  return (
    <>
      <p><Said message={message} /></p>
      {hint !== null && <p className={css.hint}><Said message={hint} /></p>}
      {errors.length > 0 && (
        <ul className={css.items}>
          {errors.slice(0, 12).map((item, index) => <Item key={index} item={item} />)}
          {errors.length > 12 && <li><Trans>and {errors.length - 12} more</Trans></li>}
        </ul>
      )}
      <p className={css.code}><code>{code}</code></p>
    </>
  );
}

function Item({ item }: { item: ProblemItem }): ReactElement {
  return (
    <li>
      {item.file !== null && <code>{place(item)}</code>} <Said message={item.message} />
      {item.hint !== null && <span className={css.hint}> <Said message={item.hint} /></span>}
    </li>
  );
}

/** `compose.yaml:3:5` */
export function place(item: { file: string | null; line: number | null; column: number | null }): string {
  return [item.file, item.line, item.column].filter((part) => part !== null).join(":");
}
