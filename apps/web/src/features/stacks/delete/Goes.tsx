import type { Plan, StepOp } from "@/api/generated";
import { BlockerList } from "@/features/plans/BlockerList";
import { Said } from "@/text/said";
import { Notice } from "@/ui/Notice";
import { Trans } from "@lingui/react/macro";
import type { ReactElement, ReactNode } from "react";
import { NameList } from "../NameList";
import type { Deletion } from "./choices";

/** Everything that a deletion takes away, by name. */
export function Goes({ plan, deletion }: { plan: Plan; deletion: Deletion }): ReactElement {
  const of = (op: StepOp) => [...new Set(plan.steps.filter((step) => step.op === op).map((step) => step.subject))];
  const [containers, networks] = [of("remove_container"), of("remove_network")];
  const volumes = plan.impact.volumes_removed;
  return (
    <>
      {plan.blockers.length > 0 && <BlockerList blockers={plan.blockers} />}
      {deletion === "forget" && (
        <Notice tone="warn">
          <p><Trans>Everything that runs goes on, without Core Monitor. It can be imported again as a running project.</Trans></p>
        </Notice>
      )}
      {deletion !== "forget" && plan.empty && <p><Trans>Nothing of it is on the host: no container, no network.</Trans></p>}
      <Kind title={<Trans>Containers that go</Trans>} names={containers} />
      <Kind title={<Trans>Networks that go</Trans>} names={networks} />
      {volumes.length > 0 && (
        <Notice tone="bad" title={<Trans>Volumes that go, with all their data</Trans>}>
          <NameList names={volumes} />
        </Notice>
      )}
      {plan.notes.map((note) => <p key={note.text}><Said message={note} /></p>)}
    </>
  );
}

function Kind({ title, names }: { title: ReactNode; names: readonly string[] }): ReactElement | null {
  if (names.length === 0) return null;
  return (
    <div>
      <p>{title}</p>
      <NameList names={names} />
    </div>
  );
}
