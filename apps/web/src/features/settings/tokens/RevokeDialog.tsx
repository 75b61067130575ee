import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { useRevoke } from "./useTokens";

/** Asks before a token is taken away for good, and says so where whoever asks would lock themselves out. */
export function RevokeDialog({ name, own, last, onClose }: { name: string; own: boolean; last: boolean; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const revoke = useRevoke();
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Revoke ${name}?`}
      description={t`It stops working at once: programs that use it are refused, and browsers that signed in with it are signed out. This cannot be undone.`}
      footer={
        <>
          <Button onClick={onClose}><Trans>Keep the token</Trans></Button>
          <Button look="danger" busy={revoke.isPending} onClick={() => revoke.mutate(name, { onSuccess: onClose })}><Trans>Revoke</Trans></Button>
        </>
      }
    >
      <p><Trans>Commands that were requested with it and have not begun are cancelled.</Trans></p>
      {own && <Notice tone="warn"><p><Trans>You are signed in with this token: you will be signed out, and need another one to sign in again.</Trans></p></Notice>}
      {last && (
        <Notice tone="bad">
          <p><Trans>No other token may manage tokens. Unless a user is an administrator, getting one again takes starting the server once with <code>CORE_MONITOR_BOOTSTRAP_TOKEN</code> set.</Trans></p>
        </Notice>
      )}
      {revoke.isError && <ProblemNote error={revoke.error} />}
    </Dialog>
  );
}
