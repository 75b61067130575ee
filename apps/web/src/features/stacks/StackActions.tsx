import { showVersion, type StackDetails, type StackStatus } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { useHasFailed } from "@/features/versions/outcome";
import { ProblemText } from "@/text/ProblemNote";
import { Button, IconButton } from "@/ui/Button";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMatchRoute, useNavigate } from "@tanstack/react-router";
import { Blocks, Download, Ellipsis, GitCompare, Rocket, Scaling, Trash2, Wrench } from "lucide-react";
import { useState, type ReactElement } from "react";
import { asleepRefusal, POWER, useRefused, type PowerAction } from "./actions";
import { isUntouched } from "./course";
import { DeleteDialog } from "./delete/DeleteDialog";
import { useAhead, useCourse } from "./last_command";
import { useAskedPower } from "./power";
import { RevertLink } from "./RevertLink";
import { saveText } from "./save_text";
import { ScaleDialog } from "./ScaleDialog";

/** What can be done to a stack from the head of its page: the next thing first, what destroys it last in the menu. */
export function StackActions({ stack, status }: { stack: StackDetails; status: StackStatus | undefined }): ReactElement {
  const { t } = useLingui();
  const refused = useRefused();
  const power = useAskedPower(stack, status);
  const [open, setOpen] = useState<"delete" | "scale" | null>(null);
  const entries = useMenuEntries(stack, setOpen);
  const sleeping = (action: PowerAction) => { const reason = asleepRefusal(status?.state, action); return reason === undefined ? undefined : t(reason); };
  return (
    <>
      <Versions stack={stack} />
      {(Object.keys(POWER) as PowerAction[]).map((action) => (
        <Button
          key={action}
          icon={POWER[action].icon}
          busy={power.pending === action}
          disabledReason={refused(stack, POWER[action].offer) ?? sleeping(action)}
          onClick={() => power.ask(action)}
        >
          {action === "start" && status?.state === "asleep" ? <Trans>Wake</Trans> : t(POWER[action].word)}
        </Button>
      ))}
      <Menu trigger={<IconButton look="default" label={t`More actions`} icon={<Ellipsis size={16} />} />} entries={entries} />
      {power.dialog}
      {open === "delete" && <DeleteDialog stack={stack} onClose={() => setOpen(null)} />}
      {open === "scale" && <ScaleDialog stack={stack} status={status} onClose={() => setOpen(null)} />}
    </>
  );
}

/** On to the newest version and back to the applied one, the thing to do first. */
function Versions({ stack }: { stack: StackDetails }): ReactElement {
  const { back, on } = useAhead(stack);
  const match = useMatchRoute();
  // There the plan itself is the thing to do; what merely differs is told on the page of the services, with the same link.
  const saidThere = match({ to: "/stacks/$stackId/plan" }) !== false || (back === "default" && match({ to: "/stacks/$stackId" }) !== false);
  const revert = back !== null && !saidThere ? <RevertLink stack={stack} look={back} /> : null;
  return (
    <>
      {back === "primary" && revert}
      <ApplyLatest stack={stack} look={on} />
      {back === "default" && revert}
    </>
  );
}

/** Applying opens the plan: what happens is read before it does. */
function ApplyLatest({ stack, look }: { stack: StackDetails; look: "primary" | "default" | null }): ReactElement | null {
  const { latest_version: latest, current_version: applied } = stack;
  const match = useMatchRoute();
  const refused = useRefused();
  const course = useCourse(stack.stack_id);
  // There the plan itself is what is applied, or the page teaches how.
  const saidThere = match({ to: "/stacks/$stackId/plan" }) !== false || (isUntouched(applied, course) && match({ to: "/stacks/$stackId" }) !== false);
  const offered = look !== null && !saidThere;
  // What has failed is not the thing to do, given up or not, until a newer version is saved.
  const failed = useHasFailed(stack.stack_id, latest, offered);
  if (!offered) return null;
  const reason = refused(stack, "make_plan") ?? refused(stack, "apply_version");
  const icon = <Rocket size={14} />;
  return (
    <ButtonLink to="/stacks/$stackId/plan" params={{ stackId: stack.stack_id }} search={{ version: latest, purpose: "apply" }} look={failed ? "default" : look} icon={icon} disabledReason={reason}>
      <Trans>Apply v{latest}…</Trans>
    </ButtonLink>
  );
}

function useMenuEntries(stack: StackDetails, open: (dialog: "delete" | "scale") => void): MenuEntry[] {
  const { t } = useLingui();
  const navigate = useNavigate();
  const refused = useRefused();
  const { current_version: applied, latest_version: latest, stack_id: stackId } = stack;
  const params = { stackId };
  const never = applied === null ? t`No version has been applied yet` : undefined;
  return [
    {
      id: "repair",
      icon: <Wrench size={14} />,
      label: applied === null ? t`Plan the applied version again…` : t`Plan v${applied} again…`,
      disabledReason: refused(stack, "make_plan") ?? never,
      onSelect: () => void navigate({ to: "/stacks/$stackId/plan", params, search: { version: applied ?? latest, purpose: "apply" } }),
    },
    {
      id: "compare",
      icon: <GitCompare size={14} />,
      label: t`Compare saved with applied`,
      disabledReason: never ?? (applied === latest ? t`The newest version is the applied one` : undefined),
      onSelect: () => void navigate({ to: "/stacks/$stackId/compare", params, search: { from: applied ?? latest, to: latest } }),
    },
    {
      id: "scale",
      icon: <Scaling size={14} />,
      label: t`Scale a service…`,
      disabledReason: refused(stack, "scale_service") ?? refused(stack, "save_version"),
      onSelect: () => open("scale"),
    },
    {
      id: "wizard",
      icon: <Blocks size={14} />,
      label: t`Change with the wizard…`,
      disabledReason: refused(stack, "save_version"),
      onSelect: () => void navigate({ to: "/stacks/$stackId/wizard", params }),
    },
    { id: "export", icon: <Download size={14} />, label: t`Export the compose file`, onSelect: () => void exportCompose(stack) },
    {
      id: "delete",
      icon: <Trash2 size={14} />,
      label: t`Delete…`,
      danger: true,
      disabledReason: refused(stack, "delete_stack"),
      onSelect: () => open("delete"),
    },
  ];
}

/** The newest version as one file, as it was saved. */
async function exportCompose(stack: StackDetails): Promise<void> {
  try {
    const { data } = await showVersion({ path: { id: stack.stack_id, version: stack.latest_version }, throwOnError: true });
    saveText(`${stack.name}.compose.yaml`, data.compose);
  } catch (error) {
    notify({ tone: "bad", title: stack.name, text: <ProblemText error={error} /> });
  }
}
