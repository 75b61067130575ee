import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { IssuedSecret } from "./IssuedSecret";
import { useRotate } from "./useTokens";

/** Asks before the old secret is taken away, then shows the new one. */
export function RotateDialog({ name, own, onClose }: { name: string; own: boolean; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const rotate = useRotate();
  const issued = rotate.data;
  // Until the answer is there, it would take the new secret with it.
  const leave = () => {
    if (!rotate.isPending) onClose();
  };
  if (issued !== undefined) {
    return (
      <Dialog open keepOpen onClose={onClose} title={t`The token ${name} has a new secret`} footer={<Button look="primary" onClick={onClose}><Trans>Done</Trans></Button>}>
        <IssuedSecret secret={issued.secret} />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={leave}
      title={t`Give ${name} a new secret?`}
      description={t`The old secret stops working at once: programs that use it are refused, and browsers that signed in with it are signed out. What the token may do stays the same.`}
      footer={
        <>
          <Button onClick={leave}><Trans>Cancel</Trans></Button>
          <Button look="danger" busy={rotate.isPending} onClick={() => rotate.mutate({ name, own })}><Trans>Replace the secret</Trans></Button>
        </>
      }
    >
      {own && <p><Trans>You are signed in with this token. This browser stays signed in, with the new secret.</Trans></p>}
      <p><Trans>Commands that were requested with the old secret and have not begun are cancelled.</Trans></p>
      {rotate.isError && <ProblemNote error={rotate.error} />}
    </Dialog>
  );
}
