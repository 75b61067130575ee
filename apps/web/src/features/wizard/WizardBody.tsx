import { useLingui } from "@lingui/react/macro";
import { useEffect, useRef, type ReactElement } from "react";
import { AddView } from "./AddView";
import { ComponentView } from "./ComponentView";
import { Consequences } from "./Consequences";
import { useWizard } from "./context";
import { Outline } from "./Outline";
import { ReviewView } from "./ReviewView";
import css from "./WizardBody.module.css";

/** What is chosen at the left, what can be chosen in the middle, and what comes of it at the right. */
export function WizardBody(): ReactElement {
  const { t } = useLingui();
  const { view, choices } = useWizard();
  const middle = useRef<HTMLDivElement>(null);
  const place = view.kind === "component" ? `component ${view.key}` : view.kind;
  const former = useRef(place);
  useEffect(() => {
    // After a step, reading goes on where the new part begins; on a phone that is further down.
    if (former.current !== place) middle.current?.focus();
    former.current = place;
  }, [place]);
  const component = view.kind === "component" ? choices.components.find((each) => each.key === view.key) : undefined;
  return (
    <div className={css.room}>
      <div className={css.wizard}>
        <Outline />
        <div ref={middle} tabIndex={-1} role="group" aria-label={t`Choices`} className={css.middle}>
          {component !== undefined ? <ComponentView key={component.key} component={component} /> : view.kind === "review" ? <ReviewView /> : <AddView />}
        </div>
        <Consequences />
      </div>
    </div>
  );
}
