import { useMay } from "@/access/useMay";
import type { Instance, TemplateDetails } from "@/api/generated";
import { POWER } from "@/features/stacks/actions";
import { Button, IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { ArrowUp, Ellipsis, Hammer, Pin, PinOff, Trash2 } from "lucide-react";
import { useState, type ReactElement } from "react";
import { isBehind, powersOf, whyNot, type InstancePower } from "./offers";
import { useInstanceActions, type InstanceDeed } from "./useInstanceActions";

const LOOKS = { ...POWER, rebuild: { icon: <Hammer size={14} />, word: msg`Build again` } };
/** What interrupts somebody is asked for first. */
const ASKED = new Set<InstanceDeed>(["stop", "restart", "rebuild", "upgrade", "remove"]);
type Asked = "stop" | "restart" | "rebuild" | "upgrade" | "remove";

/** What can be done to an instance from its row. What cannot is there too, with the reason. */
export function InstanceMenu({ instance, template }: { instance: Instance; template: TemplateDetails }): ReactElement {
  const { t } = useLingui();
  const actions = useInstanceActions();
  const may = useMay();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { key, held, phase } = instance;
  const { name, latest_version: latest } = template;
  const act = (deed: InstanceDeed) => {
    setAsked(null);
    actions.mutate({ instance, deed });
  };
  const choose = (deed: InstanceDeed) => (ASKED.has(deed) && !isQuiet(instance) ? setAsked(deed as Asked) : act(deed));
  const powers = powersOf(template.declaration).map((power): MenuEntry => {
    const reason = whyNot(instance, power);
    return {
      id: power,
      label: power === "start" && phase === "asleep" ? t`Wake` : t(LOOKS[power].word),
      icon: LOOKS[power].icon,
      disabledReason: may(`${power}_instance`, name) ?? (reason === undefined ? undefined : t(reason)),
      onSelect: () => choose(power satisfies InstancePower),
    };
  });
  const entries: MenuEntry[] = [
    ...powers,
    ...(isBehind(instance, latest) ? [{ id: "upgrade", label: t`Upgrade to v${latest}…`, icon: <ArrowUp size={14} />, disabledReason: may("upgrade_instance", name), onSelect: () => setAsked("upgrade") }] : []),
    held
      ? { id: "release", label: t({ context: "instance", message: "Release" }), icon: <PinOff size={14} />, disabledReason: may("release_instance", name), onSelect: () => act("release") }
      : { id: "hold", label: t({ context: "instance", message: "Hold" }), icon: <Pin size={14} />, disabledReason: may("hold_instance", name), onSelect: () => act("hold") },
    { id: "remove", label: t`Remove…`, icon: <Trash2 size={14} />, danger: true, disabledReason: may("remove_instance", name) ?? (phase === "removing" ? t`It is being removed` : undefined), onSelect: () => setAsked("remove") },
  ];
  return (
    <>
      <Menu trigger={<IconButton small label={t`Actions for ${key}`} icon={<Ellipsis size={16} />} busy={actions.isPending} />} entries={entries} />
      {asked !== null && <AskDialog deed={asked} instance={instance} latest={latest} onClose={() => setAsked(null)} onConfirm={() => act(asked)} />}
    </>
  );
}

/** Nothing of it runs, so nobody is interrupted. */
function isQuiet({ phase }: Instance): boolean {
  return phase === "stopped" || phase === "built";
}

function AskDialog({ deed, instance, latest, onClose, onConfirm }: {
  deed: Asked;
  instance: Instance;
  latest: number;
  onClose: () => void;
  onConfirm: () => void;
}): ReactElement {
  const { t } = useLingui();
  const { key, stack_name: stack } = instance;
  const titles = { stop: t`Stop ${key}?`, restart: t`Restart ${key}?`, rebuild: t`Build ${key} again?`, upgrade: t`Upgrade ${key} to v${latest}?`, remove: t`Remove ${key} with its volumes?` };
  const texts = {
    stop: t`Its containers, its data and its ports stay.`,
    restart: t`Each container is stopped and started again, as it is: nothing is replaced, and no new version is applied.`,
    rebuild: t`What builds runs once more, and what depends on it is made again.`,
    upgrade: t`It keeps its values, ports and secrets. If the new version does not come up, the instance goes back to what it was.`,
    remove: t`The stack ${stack} goes, with its containers and with all data in its volumes. This cannot be undone. Its key and its ports are free again afterwards.`,
  };
  const words = { stop: t`Stop`, restart: t`Restart`, rebuild: t`Build again`, upgrade: t`Upgrade`, remove: t`Remove with its volumes` };
  return (
    <Dialog
      open
      onClose={onClose}
      title={titles[deed]}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button look={deed === "stop" || deed === "remove" ? "danger" : "primary"} onClick={onConfirm}>{words[deed]}</Button>
        </>
      }
    >
      <p>{texts[deed]}</p>
    </Dialog>
  );
}
