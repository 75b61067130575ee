import { useMay } from "@/access/useMay";
import type { StackListItem } from "@/api/generated";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import { POWER, usePower, useRefused, type PowerAction } from "./actions";
import { NameList } from "./NameList";
import css from "./BulkBar.module.css";

/** One action for several stacks: each becomes a command of its own, in the order of the list. */
export function BulkBar({ stacks, onDone }: { stacks: readonly StackListItem[]; onDone: () => void }): ReactElement {
  const { t } = useLingui();
  return (
    <div className={css.bar} role="toolbar" aria-label={t`Actions for the chosen stacks`}>
      <strong>{plural(stacks.length, { one: "# stack chosen", other: "# stacks chosen" })}</strong>
      {(Object.keys(POWER) as PowerAction[]).map((action) => (
        <BulkButton key={action} action={action} stacks={stacks} onDone={onDone} />
      ))}
      <Button look="quiet" onClick={onDone}><Trans>Choose none</Trans></Button>
    </div>
  );
}

function BulkButton({ action, stacks, onDone }: { action: PowerAction; stacks: readonly StackListItem[]; onDone: () => void }): ReactElement {
  const { t } = useLingui();
  const refused = useRefused();
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const able = stacks.filter((stack) => refused(stack, POWER[action].offer) === undefined);
  const running = able.filter((stack) => stack.containers.up > 0);
  const power = usePower();
  const send = () => {
    for (const stack of able) power.mutate({ stack, action });
    onDone();
  };
  return (
    <>
      <Button
        icon={POWER[action].icon}
        onClick={action === "start" || running.length === 0 ? send : () => setAsking(true)}
        disabledReason={able.length > 0 ? undefined : (common(stacks.map(({ name }) => may(POWER[action].offer, name))) ?? t`None of the chosen stacks can do this now`)}
      >
        {t(POWER[action].word)}{able.length < stacks.length && able.length > 0 ? ` (${able.length})` : ""}
      </Button>
      <BulkQuestion action={action} running={running} open={asking} onClose={() => setAsking(false)} onConfirm={send} />
    </>
  );
}

/** The reason that all of them have. */
function common(reasons: readonly (string | undefined)[]): string | undefined {
  return reasons.every((reason) => reason === reasons[0]) ? reasons[0] : undefined;
}

function BulkQuestion({ action, running, open, onClose, onConfirm }: {
  action: PowerAction;
  running: readonly StackListItem[];
  open: boolean;
  onClose: () => void;
  onConfirm: () => void;
}): ReactElement {
  const { t } = useLingui();
  const count = running.length;
  const stops = action === "stop";
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={stops ? plural(count, { one: "Stop # stack?", other: "Stop # stacks?" }) : plural(count, { one: "Restart # stack?", other: "Restart # stacks?" })}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button look={stops ? "danger" : "primary"} icon={POWER[action].icon} onClick={onConfirm}>{t(POWER[action].word)}</Button>
        </>
      }
    >
      <p><Trans>Everything that runs of these stacks is interrupted, one after the other:</Trans></p>
      <NameList names={running.map((stack) => stack.name)} />
    </Dialog>
  );
}
