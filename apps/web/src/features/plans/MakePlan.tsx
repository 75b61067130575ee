import { makePlan, type Plan, type StackDetails } from "@/api/generated";
import { ProblemNote } from "@/text/ProblemNote";
import { useRefused } from "@/features/stacks/actions";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, type ReactElement } from "react";
import type { Goal } from "./search";

/** Asks the server for a plan. It compares the version with what runs now, so every time it is a new one. */
export function MakePlan({ stack, goal, onMade }: { stack: StackDetails; goal: Goal; onMade: (plan: Plan) => void }): ReactElement {
  const { t } = useLingui();
  const reason = useRefused()(stack, "make_plan");
  const made = useQuery({
    queryKey: ["make a plan", stack.stack_id, goal],
    queryFn: async ({ signal }): Promise<Plan> => {
      const { data } = await makePlan({
        path: { id: stack.stack_id, version: goal.version },
        query: { purpose: goal.purpose, ...(goal.recreate.length > 0 && { force_recreate: [...goal.recreate] }) },
        signal,
        throwOnError: true,
      });
      return data;
    },
    enabled: reason === undefined,
    gcTime: 0,
  });
  const tell = useEffectEvent(onMade);
  useEffect(() => {
    if (made.data !== undefined) tell(made.data);
  }, [made.data]);
  if (reason !== undefined) return <Panel><Empty title={<Trans>No plan can be made now</Trans>}>{reason}</Empty></Panel>;
  if (made.isError) {
    return <ProblemNote error={made.error} actions={<Button onClick={() => void made.refetch()}><Trans>Try again</Trans></Button>} />;
  }
  return <Panel flush><Skeleton lines={6} label={t`Comparing the version with what runs`} /></Panel>;
}
