import { useMay, useStackName } from "@/access/useMay";
import { inspectContainerOptions, showStackStatusOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Container } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { healthSaid } from "@/features/containers/health";
import { CopyButton } from "@/ui/Copy";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { HeartPulse, ScrollText } from "lucide-react";
import type { ReactElement } from "react";
import css from "./FailureCard.module.css";
import { whereIs } from "./where_is";

/** The ways to what a failure says to look at: the logs of the service, and its health check, as long as the container is there. */
export function FailureLinks({ stackId, subject }: { stackId: string; subject: string }): ReactElement | null {
  const { data: status } = useQuery(showStackStatusOptions({ path: { id: stackId } }));
  const may = useMay();
  const noLogs = may("show_stack_logs", useStackName(stackId));
  const { service, container } = whereIs(subject, status?.services ?? []);
  if (service === null) return null;
  return (
    <>
      {container !== null && <HealthOutput container={container} />}
      <span className={css.links}>
        <ButtonLink small icon={<ScrollText size={13} />} to="/stacks/$stackId/logs" params={{ stackId }} search={{ service: [service] }} disabledReason={noLogs}>
          <Trans>Logs of {service}</Trans>
        </ButtonLink>
        {container !== null && (
          <ButtonLink small icon={<HeartPulse size={13} />} to="/containers/$containerId" params={{ containerId: container.container_id }} search={{ view: "inspect" }}>
            <Trans>Its health check</Trans>
          </ButtonLink>
        )}
      </span>
    </>
  );
}

function HealthOutput({ container }: { container: Container }): ReactElement | null {
  const { data } = useQuery({ ...inspectContainerOptions({ path: { id: container.container_id } }), gcTime: 0 });
  const output = healthSaid(data?.document ?? null);
  if (output === null) return null;
  return (
    <figure className={css.logs}>
      <figcaption>
        <Trans>What its health check said last</Trans>
        <CopyButton text={output} />
      </figcaption>
      <pre tabIndex={0}>{output}</pre>
    </figure>
  );
}
