import type { Failure } from "@/api/generated";
import { plain } from "@/features/logs/ansi";
import { Said } from "@/text/said";
import { CopyButton } from "@/ui/Copy";
import { Notice } from "@/ui/Notice";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { FailureLinks } from "./FailureLinks";
import css from "./FailureCard.module.css";

/** Why a command failed: the sentence, what to try, the last lines of the container, and the code to look up. */
export function FailureCard({ failure, stackId }: { failure: Failure; stackId: string | null }): ReactElement {
  const logs = failure.logs.map(plain).join("\n");
  return (
    <Notice tone="bad" title={<Said message={failure.message} />}>
      {failure.hint !== null && <p><Said message={failure.hint} /></p>}
      {failure.also.map((message, index) => <p key={index} className={css.also}><Said message={message} /></p>)}
      {failure.logs.length > 0 && (
        <figure className={css.logs}>
          <figcaption>
            <Trans>The last lines of {failure.subject ?? "?"}</Trans>
            <CopyButton text={logs} />
          </figcaption>
          <pre tabIndex={0}>{logs}</pre>
        </figure>
      )}
      {failure.subject !== null && stackId !== null && <FailureLinks stackId={stackId} subject={failure.subject} />}
      <p className={css.code}><code>{failure.code}</code></p>
    </Notice>
  );
}
