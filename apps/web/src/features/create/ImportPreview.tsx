import type { ImportPreview as Body } from "@/api/generated";
import { BlockerList } from "@/features/plans/BlockerList";
import { StepRows } from "@/features/plans/StepRows";
import { Ago } from "@/text/Ago";
import { ProblemText } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { CodeView } from "@/ui/code/lazy";
import { FloatingBar } from "@/ui/FloatingBar";
import { Notice } from "@/ui/Notice";
import { Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./Create.module.css";

/** What taking a project over saves, and what the first apply would do. */
export function ImportPreview({ name, preview, taking, error, onTake }: {
  name: string;
  preview: Body;
  taking: boolean;
  error: Error | null;
  onTake: () => void;
}): ReactElement {
  const { t } = useLingui();
  const { compose, notes, observed_at: at, plan } = preview;
  return (
    <>
      {plan.blockers.length > 0 && <BlockerList blockers={plan.blockers} />}
      {plan.empty ? (
        <Notice tone="good" title={<Trans>Nothing would change</Trans>}><p><Trans>The containers are already as this definition says: the first apply has nothing to do.</Trans></p></Notice>
      ) : (
        plan.steps.length > 0 && (
          <Panel title={plural(plan.steps.length, { one: "# step at the first apply, not before", other: "# steps at the first apply, not before" })} flush>
            <StepRows steps={plan.steps} />
          </Panel>
        )
      )}
      {notes.length > 0 && (
        <Notice tone="warn" title={<Trans>What the file cannot carry over</Trans>}>
          <ul className={css.notes}>{notes.map((note) => <li key={note.text}><Said message={note} /></li>)}</ul>
        </Notice>
      )}
      <Panel title={<Trans>Compose file</Trans>} actions={<span className={css.soft}><Trans>read <Ago at={at} /></Trans></span>} flush>
        <CodeView text={compose} label={t`The compose file of ${name}`} />
      </Panel>
      <FloatingBar label={t`Take over ${name}`} note={error === null ? undefined : <div role="alert"><ProblemText error={error} /></div>}>
        <span className={css.bar}><Trans>It becomes a stack with this file as v1. What runs stays as it is.</Trans></span>
        <Button look="primary" busy={taking} onClick={onTake}><Trans>Take over {name}</Trans></Button>
      </FloatingBar>
    </>
  );
}
