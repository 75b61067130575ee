import type { WizardProblem } from "@/api/generated";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { useWizard } from "./context";
import { overwritable } from "./problems";
import css from "./ProblemLines.module.css";

/** The server's sentences about what stands above them. Where a choice meets a change by hand, one button decides for the choice. */
export function ProblemLines({ problems }: { problems: readonly WizardProblem[] }): ReactElement {
  const { change } = useWizard();
  return (
    <span className={css.lines}>
      {problems.map((problem) => {
        const path = overwritable(problem);
        return (
          <span key={`${problem.pointer} ${problem.message.text}`} className={css.line}>
            <span><Said message={problem.message} /></span>
            {path === null ? (
              problem.hint !== null && <span className={css.hint}><Said message={problem.hint} /></span>
            ) : (
              <Button small onClick={() => change({ kind: "overwrite", path })}><Trans>Use the choice instead</Trans></Button>
            )}
          </span>
        );
      })}
    </span>
  );
}
