import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { useRemove } from "./useUsers";

/** Asks before a user is removed. */
export function RemoveDialog({ name, own, onClose }: { name: string; own: boolean; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const remove = useRemove();
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Remove ${name}?`}
      description={t`Their sessions end at once. What they did stays recorded under their name.`}
      footer={
        <>
          <Button onClick={onClose}><Trans>Keep the user</Trans></Button>
          <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate(name, { onSuccess: onClose })}><Trans>Remove</Trans></Button>
        </>
      }
    >
      <p><Trans>Commands that they requested and that have not begun are cancelled.</Trans></p>
      {own && <Notice tone="warn"><p><Trans>This is you: you will be signed out, and cannot sign in again.</Trans></p></Notice>}
      {remove.isError && <ProblemNote error={remove.error} />}
    </Dialog>
  );
}
