import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Trans } from "@lingui/react/macro";
import { Ban } from "lucide-react";
import type { ReactElement } from "react";

/** Says what remains of a running command before it is broken off. */
export function CancelDialog({ name, restores, open, onClose, onConfirm }: {
  /** What the command is called. */
  name: string;
  /** Whether what it has interrupted is brought back: not where that was what it is for. */
  restores: boolean;
  open: boolean;
  onClose: () => void;
  onConfirm: () => void;
}): ReactElement {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={<Trans>Cancel “{name}” while it runs?</Trans>}
      footer={
        <>
          <Button onClick={onClose}><Trans>Let it run</Trans></Button>
          <Button look="danger" icon={<Ban size={14} />} onClick={onConfirm}><Trans>Cancel {name}</Trans></Button>
        </>
      }
    >
      <p><Trans>It ends at the next safe point, not at once: a step that has begun is finished first.</Trans></p>
      <p>
        {restores ? (
          <Trans>A service that it has stopped is started again where that is possible. Everything else that it has done stays: nothing is taken back by itself.</Trans>
        ) : (
          <Trans>What it has done stays: nothing is taken back by itself.</Trans>
        )}
      </p>
    </Dialog>
  );
}
