import type { Plan, StackDetails } from "@/api/generated";
import { Ago } from "@/text/Ago";
import { Said } from "@/text/said";
import { bytes } from "@/text/sizes";
import { CopyButton } from "@/ui/Copy";
import { Empty } from "@/ui/Empty";
import { Notice } from "@/ui/Notice";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { CircleCheck } from "lucide-react";
import type { ReactElement } from "react";
import { BlockerList } from "./BlockerList";
import { LostArtifacts } from "./LostArtifacts";
import { byService } from "./by_service";
import { PlanSummary } from "./PlanSummary";
import css from "./PlanView.module.css";
import { ServicePlan } from "./ServicePlan";
import { StepRows } from "./StepRows";

/** A plan as a tree by service, the services that change first, and the steps below each. */
export function PlanView({ plan, stack }: { plan: Plan; stack: Pick<StackDetails, "stack_id" | "name" | "current_version"> }): ReactElement {
  const { services, shared } = byService(plan);
  const changed = services.filter((service) => service.change !== "keep");
  const kept = services.filter((service) => service.change === "keep");
  return (
    <>
      {plan.blockers.length > 0 && <BlockerList blockers={plan.blockers} />}
      <LostArtifacts plan={plan} stack={stack} />
      <Panel
        flush
        title={<Title plan={plan} />}
        actions={<span className={css.soft}><Trans>made <Ago at={plan.created_at} /> by {plan.author.name}</Trans></span>}
      >
        <PlanSummary plan={plan} services={services} />
        {plan.empty ? (
          <Empty icon={<CircleCheck size={28} />} title={<Trans>Nothing to do</Trans>}>
            {plan.version === stack.current_version ? (
              <Trans>What runs of {stack.name} is as v{plan.version} says.</Trans>
            ) : (
              <Trans>What runs of {stack.name} is already as v{plan.version} says. Applying it changes nothing on the host, and makes it the applied version.</Trans>
            )}
          </Empty>
        ) : (
          <ul className={css.services}>{changed.map((service) => <ServicePlan key={service.service} planned={service} />)}</ul>
        )}
        {shared.length > 0 && <Shared steps={shared} />}
        {kept.length > 0 && !plan.empty && <Kept services={kept} />}
      </Panel>
      {plan.notes.length > 0 && (
        <Notice tone="calm" title={<Trans>Good to know</Trans>}>
          {plan.notes.map((note) => <p key={note.text}><Said message={note} /></p>)}
        </Notice>
      )}
      <RawPlan plan={plan} />
    </>
  );
}

function Title({ plan }: { plan: Plan }): ReactElement {
  const { version, purpose } = plan;
  if (purpose === "rollback") return <Trans>Plan to roll back to v{version}</Trans>;
  if (purpose === "apply") return <Trans>Plan to apply v{version}</Trans>;
  return <Trans>Plan</Trans>;
}

function Shared({ steps }: { steps: Plan["steps"] }): ReactElement {
  return (
    <details className={css.group} open={steps.length <= 4}>
      <summary><Trans>Shared by the services</Trans> <span className={css.soft}>({steps.length})</span></summary>
      <StepRows steps={steps} />
    </details>
  );
}

function Kept({ services }: { services: readonly { service: string; containers: number }[] }): ReactElement {
  return (
    <p className={css.kept}>
      <Trans>Not touched:</Trans> {services.map(({ service }) => <code key={service}>{service}</code>)}
    </p>
  );
}

/** The plan as the command line shows it: to be pasted into a ticket or a chat. */
function RawPlan({ plan }: { plan: Plan }): ReactElement {
  const { t } = useLingui();
  const { freed } = plan.impact;
  return (
    <details className={css.raw}>
      <summary><Trans>As text</Trans></summary>
      <div className={css.text}>
        <CopyButton text={plan.text} label={t`Copy the plan as text`} />
        <pre>{plan.text}</pre>
      </div>
      <p className={css.soft}>
        <Trans>Plan <code>{plan.plan_id}</code>, fingerprint <code>{plan.fingerprint}</code></Trans>
        {freed > 0 && <> · <Trans>frees {bytes(freed)}</Trans></>}
      </p>
    </details>
  );
}
