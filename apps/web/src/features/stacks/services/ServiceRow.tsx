import { useMay } from "@/access/useMay";
import type { ServiceStatus, StackDetails } from "@/api/generated";
import { serviceLook } from "@/text/states";
import { IconButton } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useId, useState, type ReactElement } from "react";
import type { AskedPower } from "../power";
import { ContainerRow } from "./ContainerRow";
import { Figures } from "./Figures";
import { Ports } from "./Ports";
import { ServiceMenu } from "./ServiceMenu";
import css from "./ServiceRow.module.css";

/** One service: what it is, how it is, what it uses; its containers below, open by themselves where something is wrong. */
export function ServiceRow({ stack, service, deploys, power, onScale }: {
  stack: StackDetails;
  service: ServiceStatus;
  /** It takes artifacts. */
  deploys: boolean;
  power: AskedPower;
  onScale: () => void;
}): ReactElement {
  const { t } = useLingui();
  const list = useId();
  const mayRead = useMay()("show_stack_logs", stack.name) === undefined;
  const [chosen, setChosen] = useState<boolean | null>(null);
  const { containers, service: name } = service;
  const open = containers.length > 0 && (chosen ?? inTrouble(service));
  const ids = containers.map((container) => container.container_id);
  return (
    <li className={css.row} id={`service-${name}`}>
      <div className={css.head}>
        <IconButton
          small
          label={open ? t`Hide the containers of ${name}` : t`Show the containers of ${name}`}
          icon={open ? <ChevronDown size={16} /> : <ChevronRight size={16} />}
          aria-expanded={open}
          aria-controls={list}
          disabledReason={containers.length === 0 ? t`${name} has no containers` : undefined}
          onClick={() => setChosen(!open)}
        />
        <div className={css.name}>
          {mayRead ? (
            <Link to="/stacks/$stackId/logs" params={{ stackId: stack.stack_id }} search={{ service: [name] }} className={css.link}>{name}</Link>
          ) : (
            <span className={css.link}>{name}</span>
          )}
          <code className={css.image}>{service.image}</code>
        </div>
        <StateOf service={service} applied={stack.current_version !== null} />
        <Ports ports={service.ports} answering={service.up > 0} />
        <div className={css.figures}><Figures containerIds={ids} name={name} /></div>
        <ServiceMenu stack={stack} service={service} deploys={deploys} power={power} onScale={onScale} />
      </div>
      <ul id={list} hidden={!open} className={css.containers} aria-label={t`Containers of ${name}`}>
        {open && containers.map((container) => <ContainerRow key={container.container_id} container={container} alone={containers.length === 1} />)}
      </ul>
    </li>
  );
}

/** Containers are shown without being asked for where a person has to look at them. */
function inTrouble(service: ServiceStatus): boolean {
  return service.state === "failed" || service.state === "unhealthy" || service.state === "partial" || service.containers.some((container) => container.error !== "");
}

function StateOf({ service, applied }: { service: ServiceStatus; applied: boolean }): ReactElement {
  const { t } = useLingui();
  const { tone, word } = serviceLook(service);
  const restarts = service.containers.reduce((sum, container) => sum + container.restart_count, 0);
  // Before the first apply begins there is nothing that could be stopped or missing: only what is meant to be.
  if (!applied && service.containers.length === 0) return <div className={css.state}><span className={css.count}>{plural(service.desired, { one: "# container", other: "# containers" })}</span></div>;
  return (
    <div className={css.state}>
      <Chip tone={tone}>{t(word)}</Chip>
      {!service.is_job && (service.desired > 0 || service.up > 0) && <span className={css.count}>{service.desired === 0 ? service.up : `${service.up}/${service.desired}`}</span>}
      {service.desired === 0 && service.containers.length === 0 && <span className={css.count}><Trans>no replicas</Trans></span>}
      {service.is_job && <span className={css.count}><Trans>job</Trans></span>}
      {service.desired === 0 && service.containers.length > 0 && <Chip tone="warn"><Trans>not in the definition</Trans></Chip>}
      {restarts > 0 && <Chip tone="warn" mark={false}>{plural(restarts, { one: "# restart", other: "# restarts" })}</Chip>}
    </div>
  );
}
