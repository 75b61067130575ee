import { ButtonLink } from "@/app/ButtonLink";
import type { Command } from "@/api/generated";
import { WaitsBehind } from "@/features/commands/Blocker";
import { openProgress, progress } from "@/features/commands/progress";
import { useRefused } from "@/features/stacks/actions";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans } from "@lingui/react/macro";
import { Hourglass, Rocket } from "lucide-react";
import { useSyncExternalStore, type ReactElement } from "react";
import { isUntouched, type Course } from "../course";
import { useStack } from "../stack";

/** A stack that was saved and does not run yet: what is missing, and the way there. */
export function NotApplied({ course }: { course: Course }): ReactElement | null {
  const stack = useStack();
  const { stack_id: stackId, latest_version: latest, name } = stack;
  const refused = useRefused();
  const params = { stackId };
  if (course.applying !== undefined) return <BeingApplied command={course.applying} />;
  // Why the first apply failed and what can be done is told above.
  if (!isUntouched(null, course)) return null;
  return (
    <Panel>
      <Empty
        icon={<Rocket size={28} />}
        title={<Trans>v{latest} is saved and has not been applied</Trans>}
        actions={
          <>
            <ButtonLink to="/stacks/$stackId/plan" params={params} search={{ version: latest, purpose: "apply" }} look="primary" disabledReason={refused(stack, "make_plan")}><Trans>Plan v{latest}</Trans></ButtonLink>
            <ButtonLink to="/stacks/$stackId/definition" params={params}><Trans>Edit the definition</Trans></ButtonLink>
          </>
        }
      >
        <Trans>
          Nothing of {name} runs yet. The plan shows every step before anything happens: which images are pulled, which containers,
          networks and volumes are created, which ports are opened.
        </Trans>
      </Empty>
    </Panel>
  );
}

/** Asked for already: what it waits for, or how far it is, is beside the page. */
function BeingApplied({ command }: { command: Command }): ReactElement {
  const { command_id: id, status, version, waits_behind: holder } = command;
  const runs = status === "RUNNING";
  const told = useSyncExternalStore(progress.subscribe, progress.openId) === id;
  return (
    <Panel>
      <Empty
        icon={<Hourglass size={28} />}
        title={runs ? <Trans>v{version} is being applied</Trans> : <Trans>v{version} waits in the queue to be applied</Trans>}
        actions={told ? undefined : <Button look="primary" onClick={() => openProgress(id)}><Trans>Show the progress</Trans></Button>}
      >
        {runs ? (
          <Trans>Its services appear here as they are created.</Trans>
        ) : holder === null ? (
          <Trans>It is next.</Trans>
        ) : (
          <WaitsBehind holder={holder} />
        )}
      </Empty>
    </Panel>
  );
}
