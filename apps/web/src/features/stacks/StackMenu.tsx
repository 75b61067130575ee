import type { StackListItem } from "@/api/generated";
import { IconButton } from "@/ui/Button";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { Ellipsis, Rocket, Trash2 } from "lucide-react";
import { useState, type ReactElement } from "react";
import { asleepRefusal, POWER, useRefused, type PowerAction } from "./actions";
import { isUnderWay } from "./course";
import { DeleteDialog } from "./delete/DeleteDialog";
import { useAskedPower } from "./power";

/** What can be done to a stack from its row. What cannot is there too, with the reason. */
export function StackMenu({ stack }: { stack: StackListItem }): ReactElement {
  const { t } = useLingui();
  const navigate = useNavigate();
  const refused = useRefused();
  const power = useAskedPower(stack, undefined);
  const [deleting, setDeleting] = useState(false);
  const { latest_version: latest, stack_id: stackId } = stack;
  const sleeping = (action: PowerAction) => { const reason = asleepRefusal(stack.state, action); return reason === undefined ? undefined : t(reason); };
  const entries: MenuEntry[] = [
    {
      id: "apply",
      label: t`Apply v${latest}…`,
      icon: <Rocket size={14} />,
      disabledReason: latest === stack.current_version ? t`It is the applied version` : isUnderWay(stack) ? t`It has been asked for already` : refused(stack, "make_plan"),
      onSelect: () => void navigate({ to: "/stacks/$stackId/plan", params: { stackId }, search: { version: latest, purpose: "apply" } }),
    },
    ...(Object.keys(POWER) as PowerAction[]).map((action) => ({
      id: action,
      label: action === "start" && stack.state === "asleep" ? t`Wake` : t(POWER[action].word),
      icon: POWER[action].icon,
      disabledReason: refused(stack, POWER[action].offer) ?? sleeping(action),
      onSelect: () => power.ask(action),
    })),
    {
      id: "delete",
      label: t`Delete…`,
      icon: <Trash2 size={14} />,
      danger: true,
      disabledReason: refused(stack, "delete_stack"),
      onSelect: () => setDeleting(true),
    },
  ];
  return (
    <>
      <Menu trigger={<IconButton small label={t`Actions for ${stack.name}`} icon={<Ellipsis size={16} />} busy={power.pending !== null} />} entries={entries} />
      {power.dialog}
      {deleting && <DeleteDialog stack={stack} onClose={() => setDeleting(false)} />}
    </>
  );
}
