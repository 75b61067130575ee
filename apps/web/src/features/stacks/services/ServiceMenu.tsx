import { useMay } from "@/access/useMay";
import type { ServiceStatus, StackDetails } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { Hint, IconButton } from "@/ui/Button";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { Ellipsis, PackageOpen, Repeat2, Scaling, ScrollText, SquareTerminal } from "lucide-react";
import type { ReactElement } from "react";
import { asleepRefusal, POWER, useRefused, type PowerAction } from "../actions";
import type { AskedPower } from "../power";
import css from "./ServiceMenu.module.css";

/** What can be done to one service: its logs at hand, the rest in a menu. */
export function ServiceMenu({ stack, service, deploys, power, onScale }: {
  stack: StackDetails;
  service: ServiceStatus;
  /** It takes artifacts. */
  deploys: boolean;
  power: AskedPower;
  onScale: () => void;
}): ReactElement {
  const { t } = useLingui();
  const name = service.service;
  const may = useMay();
  const mayDeploy = may("deploy_artifact", stack.name) === undefined;
  const entries = useEntries(stack, service, deploys, power, onScale);
  return (
    <div className={css.actions}>
      {deploys && mayDeploy && (
        <Hint text={t`Deploy an artifact to ${name}`}>
          <ButtonLink
            to="/stacks/$stackId/deploy"
            params={{ stackId: stack.stack_id }}
            search={{ service: name }}
            look="quiet"
            small
            icon={<PackageOpen size={14} />}
            aria-label={t`Deploy an artifact to ${name}`}
          />
        </Hint>
      )}
      {may("show_stack_logs", stack.name) === undefined && (
        <Hint text={t`Logs of ${name}`}>
          <ButtonLink
            to="/stacks/$stackId/logs"
            params={{ stackId: stack.stack_id }}
            search={{ service: [name] }}
            look="quiet"
            small
            icon={<ScrollText size={14} />}
            aria-label={t`Logs of ${name}`}
          />
        </Hint>
      )}
      <Menu trigger={<IconButton small label={t`Actions for ${name}`} icon={<Ellipsis size={16} />} />} entries={entries} />
    </div>
  );
}

function useEntries(stack: StackDetails, service: ServiceStatus, deploys: boolean, power: AskedPower, onScale: () => void): MenuEntry[] {
  const { t } = useLingui();
  const navigate = useNavigate();
  const may = useMay();
  const refused = useRefused();
  const name = service.service;
  const params = { stackId: stack.stack_id };
  const up = service.containers.find((container) => container.finished_at === null) ?? service.containers[0];
  const applied = stack.current_version;
  const sleeping = (action: PowerAction) => { const reason = asleepRefusal(service.state, action); return reason === undefined ? undefined : t(reason); };
  return [
    ...(Object.keys(POWER) as PowerAction[]).map((action) => ({
      id: action,
      label: action === "start" && service.state === "asleep" ? t`Wake` : t(POWER[action].word),
      icon: POWER[action].icon,
      disabledReason: refused(stack, POWER[action].offer) ?? sleeping(action),
      onSelect: () => power.ask(action, name),
    })),
    {
      id: "scale",
      label: t`Scale…`,
      icon: <Scaling size={14} />,
      disabledReason: service.desired === 0 ? t`It is not in the definition` : refused(stack, "scale_service"),
      onSelect: onScale,
    },
    {
      id: "replace",
      label: t`Replace its containers…`,
      icon: <Repeat2 size={14} />,
      disabledReason: applied === null ? t`No version has been applied yet` : refused(stack, "make_plan"),
      onSelect: () => void navigate({ to: "/stacks/$stackId/plan", params, search: { version: applied ?? 1, purpose: "apply", recreate: [name] } }),
    },
    {
      id: "deploy",
      label: t`Deploy an artifact…`,
      icon: <PackageOpen size={14} />,
      disabledReason: deploys ? refused(stack, "deploy_artifact") : t`Its definition declares no place for an artifact`,
      onSelect: () => void navigate({ to: "/stacks/$stackId/deploy", params, search: { service: name } }),
    },
    {
      id: "terminal",
      label: t`Open a terminal`,
      icon: <SquareTerminal size={14} />,
      disabledReason: may("open_terminal", stack.name) ?? (up === undefined ? t`${name} has no containers` : undefined),
      onSelect: () => void navigate({ to: "/stacks/$stackId/terminal", params, search: { container: up?.container_id ?? "" } }),
    },
  ];
}
