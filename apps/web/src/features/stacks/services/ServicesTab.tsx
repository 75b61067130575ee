import { showStackStatusOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { StackStatus } from "@/api/generated";
import { Ago } from "@/text/Ago";
import { useSlots } from "@/features/deploy/useSlots";
import { useBase } from "@/features/stacks/base";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { classes } from "@/ui/classes";
import { Skeleton } from "@/ui/Empty";
import { Notice } from "@/ui/Notice";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useCourse } from "../last_command";
import { useAskedPower } from "../power";
import { ScaleDialog } from "../ScaleDialog";
import { useStack } from "../stack";
import { DriftPanel } from "./DriftPanel";
import { NotApplied } from "./NotApplied";
import { ServiceRow } from "./ServiceRow";
import { SpoofedNotice } from "./SpoofedNotice";
import css from "./ServicesTab.module.css";

/** An observation older than this is said to be old: the worker looks every few seconds. */
const OLD_AFTER = 60;

export function ServicesTab(): ReactElement {
  const { t } = useLingui();
  const stack = useStack();
  const status = useQuery(showStackStatusOptions({ path: { id: stack.stack_id } }));
  if (status.data === undefined) {
    return status.isError ? (
      <ProblemNote error={status.error} actions={<Button onClick={() => void status.refetch()}><Trans>Try again</Trans></Button>} />
    ) : (
      <Panel flush><Skeleton lines={6} label={t`Loading the services`} /></Panel>
    );
  }
  return <Services status={status.data} />;
}

function Services({ status }: { status: StackStatus }): ReactElement {
  const stack = useStack();
  const power = useAskedPower(stack, status);
  const [scaled, setScaled] = useState<string | null>(null);
  const course = useCourse(stack.stack_id);
  const deployable = new Set(useSlots(stack, useBase(stack).version).slots?.map((slot) => slot.service));
  const applied = stack.current_version !== null;
  return (
    <>
      <Age status={status} />
      {status.drift !== null && status.drift.drifted && applied && !course.unsettled && <DriftPanel drift={status.drift} />}
      {status.spoofed.length > 0 && <SpoofedNotice spoofed={status.spoofed} />}
      {!applied && <NotApplied course={course} />}
      {status.services.length > 0 && (
        <Panel flush title={applied ? <Trans>Services</Trans> : <Trans>Services of v{status.latest_version}</Trans>}>
          <ul className={classes(css.services, deployable.size > 0 && css.deploying)}>
            {status.services.map((service) => (
              <ServiceRow key={service.service} stack={stack} service={service} deploys={deployable.has(service.service)} power={power} onScale={() => setScaled(service.service)} />
            ))}
          </ul>
        </Panel>
      )}
      {power.dialog}
      {scaled !== null && <ScaleDialog stack={stack} status={status} service={scaled} onClose={() => setScaled(null)} />}
    </>
  );
}

/** What is shown is what the worker has seen. If that is long ago, it has to be said. */
function Age({ status }: { status: StackStatus }): ReactElement | null {
  const { age_seconds: age, observed_at: at } = status;
  if (at === null) {
    return (
      <Notice tone="warn" title={<Trans>What runs is not known yet</Trans>}>
        <p><Trans>The worker has not looked at the engine since it was installed. Check that it runs.</Trans></p>
      </Notice>
    );
  }
  if (age === null || age < OLD_AFTER) return null;
  return (
    <Notice tone="warn" title={<Trans>This is what ran <Ago at={at} /></Trans>}>
      <p><Trans>The worker has not looked at the engine since then. Commands wait until it runs again.</Trans></p>
    </Notice>
  );
}
