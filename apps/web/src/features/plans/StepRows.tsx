import type { PlanStep } from "@/api/generated";
import { Said } from "@/text/said";
import { bytes } from "@/text/sizes";
import type { ReactElement } from "react";
import css from "./StepRows.module.css";

/** Steps of a plan, each with its number, what it does and why. */
export function StepRows({ steps }: { steps: readonly PlanStep[] }): ReactElement {
  return (
    <ol className={css.steps}>
      {steps.map((step) => (
        <li key={step.id} className={css.step}>
          <span className={css.number}>{step.id}</span>
          <span>
            <Said message={step.action} />
            <span className={css.cause}>
              <Said message={step.cause} />
              {step.size !== null && <> · {bytes(step.size)}</>}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
