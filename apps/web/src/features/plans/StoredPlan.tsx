import { showPlanOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { StackDetails } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { ApplyPanel } from "./ApplyPanel";
import { PlanView } from "./PlanView";

/** A plan that was made, with what applies it. */
export function StoredPlan({ stack, planId, onAgain }: {
  stack: StackDetails;
  planId: string;
  /** Plans again for the same goal; with the error that says why, if there is one. */
  onAgain: (because: unknown) => void;
}): ReactElement {
  const { t } = useLingui();
  const navigate = useNavigate();
  const plan = useQuery(showPlanOptions({ path: { id: planId } }));
  const afresh = () => void navigate({ to: "/stacks/$stackId/plan", params: { stackId: stack.stack_id }, search: {}, replace: true });
  if (plan.data !== undefined) {
    return plan.data.stack_id === stack.stack_id ? (
      <>
        <PlanView plan={plan.data} stack={stack} />
        <ApplyPanel stack={stack} plan={plan.data} onAgain={onAgain} />
      </>
    ) : (
      <NoPlan onAfresh={afresh} />
    );
  }
  if (!plan.isError) return <Panel flush><Skeleton lines={6} label={t`Loading the plan`} /></Panel>;
  if (isProblem(plan.error, "plan-not-found") || isProblem(plan.error, "invalid-request")) return <NoPlan onAfresh={afresh} />;
  return <ProblemNote error={plan.error} actions={<Button onClick={() => void plan.refetch()}><Trans>Try again</Trans></Button>} />;
}

function NoPlan({ onAfresh }: { onAfresh: () => void }): ReactElement {
  return (
    <Panel>
      <Empty
        title={<Trans>This stack has no such plan any more</Trans>}
        actions={<Button look="primary" onClick={onAfresh}><Trans>Make a new plan</Trans></Button>}
      >
        <Trans>Plans are kept for a while only. A new one compares the newest version with what runs now.</Trans>
      </Empty>
    </Panel>
  );
}
