import { ButtonLink } from "@/app/ButtonLink";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans } from "@lingui/react/macro";
import { Rocket } from "lucide-react";
import type { ReactElement } from "react";
import { useStack } from "../stack";

/** A stack that was saved and does not run yet: what is missing, and the way there. */
export function NotApplied(): ReactElement {
  const { stack_id: stackId, latest_version: latest, name } = useStack();
  const params = { stackId };
  return (
    <Panel>
      <Empty
        icon={<Rocket size={28} />}
        title={<Trans>v{latest} is saved and has not been applied</Trans>}
        actions={
          <>
            <ButtonLink to="/stacks/$stackId/plan" params={params} search={{ version: latest, purpose: "apply" }} look="primary"><Trans>Plan v{latest}</Trans></ButtonLink>
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
