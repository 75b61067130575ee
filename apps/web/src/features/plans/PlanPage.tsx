import { useStack } from "@/features/stacks/stack";
import { showPlanOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Plan } from "@/api/generated";
import { ProblemText } from "@/text/ProblemNote";
import { Notice } from "@/ui/Notice";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { MakePlan } from "./MakePlan";
import { PlanTarget } from "./PlanTarget";
import { goalOf, purposeOf, type Goal, type PlanSearch } from "./search";
import { StoredPlan } from "./StoredPlan";

const route = getRouteApi("/stacks/$stackId/plan");

/** What would happen, before it does. A plan has an address of its own, so that somebody else can look at the same one. */
export function PlanPage(): ReactElement {
  const stack = useStack();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  // Why the plan that was confirmed did not fit any more; shown above the new one.
  const [stale, setStale] = useState<unknown>(null);
  const stored = useQuery({ ...showPlanOptions({ path: { id: search.plan ?? "" } }), enabled: search.plan !== undefined });
  const goal = goalOf({ ...search, ...(search.plan !== undefined && stored.data !== undefined && goalOfPlan(stored.data)) }, stack);

  const again = (next: Goal, because: unknown = null) => {
    setStale(because);
    void navigate({ search: { version: next.version, purpose: next.purpose, ...(next.recreate.length > 0 && { recreate: [...next.recreate] }) }, replace: true });
  };
  const made = (plan: Plan) =>
    void navigate({ search: (before) => ({ ...before, version: goal.version, purpose: goal.purpose, plan: plan.plan_id }), replace: true });

  return (
    <>
      <PlanTarget stack={stack} goal={goal} onChange={again} />
      {stale !== null && <Stale error={stale} />}
      {search.plan === undefined ? (
        <MakePlan key={`${goal.version} ${goal.purpose} ${goal.recreate.join(" ")}`} stack={stack} goal={goal} onMade={made} />
      ) : (
        <StoredPlan
          key={search.plan}
          stack={stack}
          planId={search.plan}
          onAgain={(because) => again(goal, because)}
        />
      )}
    </>
  );
}

/** An address may have nothing but the plan; then the plan says what it is for. */
function goalOfPlan({ version, purpose }: Plan): PlanSearch {
  const known = purposeOf(purpose);
  return { ...(version !== null && { version }), ...(known !== null && { purpose: known }) };
}

function Stale({ error }: { error: unknown }): ReactElement {
  return (
    <Notice tone="warn" live title={<Trans>The plan you confirmed no longer fits, so nothing was done. This is the new plan.</Trans>}>
      <ProblemText error={error} />
    </Notice>
  );
}
