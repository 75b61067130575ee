import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/Copy";
import { Dialog } from "@/ui/Dialog";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./Secrets.module.css";
import { useReveal } from "./useSecrets";

/** Shows a value once it is asked for: that is recorded. */
export function RevealDialog({ name, number, onClose }: { name: string; number: number; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const reveal = useReveal();
  const shown = reveal.data;
  return (
    <Dialog
      open
      onClose={onClose}
      title={shown === undefined ? t`Show the value of ${name}?` : t`Value of ${name}, version ${number}`}
      description={shown === undefined ? t`The audit records that you have looked at it.` : undefined}
      footer={shown === undefined ? (
        <>
          <Button onClick={onClose}><Trans>Keep it hidden</Trans></Button>
          <Button look="primary" busy={reveal.isPending} onClick={() => reveal.mutate({ name, number })}><Trans>Show</Trans></Button>
        </>
      ) : <Button onClick={onClose}><Trans>Close</Trans></Button>}
    >
      {reveal.isError && <ProblemNote error={reveal.error} />}
      {shown !== undefined && (
        <>
          <pre className={css.value} tabIndex={0} role="region" aria-label={t`Value of ${name}, version ${number}`}>{shown.value}</pre>
          <CopyButton text={shown.value} label={t`Copy the value`} />
        </>
      )}
    </Dialog>
  );
}
