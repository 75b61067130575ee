import type { StackDetails } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { Trans } from "@lingui/react/macro";
import { Undo2 } from "lucide-react";
import type { ReactElement } from "react";
import { useRefused } from "./actions";

/** Back to the applied version where something else runs: it is planned again, and the plan is read before anything happens. */
export function RevertLink({ stack, look = "default", small = false, brief = false }: {
  stack: StackDetails;
  look?: "primary" | "default";
  small?: boolean;
  /** Where the version stands beside it. */
  brief?: boolean;
}): ReactElement | null {
  const refused = useRefused();
  const { stack_id: stackId, current_version: applied } = stack;
  if (applied === null) return null;
  const icon = <Undo2 size={14} />;
  const word = brief ? <Trans>Revert…</Trans> : <Trans>Revert to v{applied}…</Trans>;
  return (
    <ButtonLink to="/stacks/$stackId/plan" params={{ stackId }} search={revertSearch(applied)} look={look} small={small} icon={icon} disabledReason={refused(stack, "make_plan")}>
      {word}
    </ButtonLink>
  );
}

export function revertSearch(applied: number): { version: number; purpose: "apply" } {
  return { version: applied, purpose: "apply" };
}
