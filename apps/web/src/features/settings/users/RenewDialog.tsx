import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { InvitationLink } from "./InvitationLink";
import { useRenew } from "./useUsers";

/** Asks before somebody is invited again, then shows the link. */
export function RenewDialog({ name, onClose }: { name: string; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const renew = useRenew();
  const invited = renew.data;
  // Until the answer is there, it would take the secret with it.
  const leave = () => {
    if (!renew.isPending) onClose();
  };
  if (invited !== undefined) {
    return (
      <Dialog open keepOpen onClose={onClose} title={t`${name} is invited`} footer={<Button look="primary" onClick={onClose}><Trans>Done</Trans></Button>}>
        <InvitationLink name={name} secret={invited.invitation} />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={leave}
      title={t`Invite ${name} again?`}
      description={t`For whoever has lost the password or the app with the one-time codes, or let the invitation run out.`}
      footer={
        <>
          <Button onClick={leave}><Trans>Cancel</Trans></Button>
          <Button look="primary" busy={renew.isPending} onClick={() => renew.mutate(name)}><Trans>Invite again</Trans></Button>
        </>
      }
    >
      <p><Trans>An earlier link stops working at once. Password, one-time codes and sessions stay until the new link is used: then there is a new password, the codes are off and the other sessions end.</Trans></p>
      {renew.isError && <ProblemNote error={renew.error} />}
    </Dialog>
  );
}
