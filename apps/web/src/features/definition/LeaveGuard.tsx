import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Trans, useLingui } from "@lingui/react/macro";
import { useBlocker } from "@tanstack/react-router";
import type { ReactElement } from "react";

/** Asks before something unsaved is left. Within the page of the stack the draft waits, so nothing is asked there. */
export function LeaveGuard({ dirty, inside, onDiscard }: {
  dirty: boolean;
  /** Addresses below this one are not leaving. */
  inside: string | null;
  onDiscard: () => void;
}): ReactElement {
  const { t } = useLingui();
  const blocker = useBlocker({
    shouldBlockFn: ({ next }) => dirty && (inside === null || !`${next.pathname}/`.startsWith(`${inside}/`)),
    // The browser's own question when the tab is closed; a reload keeps the draft, but the browser cannot tell them apart.
    enableBeforeUnload: () => dirty,
    withResolver: true,
  });
  return (
    <Dialog
      open={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      title={t`There are unsaved changes`}
      footer={
        <>
          <Button look="primary" onClick={() => blocker.reset?.()}><Trans>Stay</Trans></Button>
          <Button onClick={() => blocker.proceed?.()}><Trans>Keep the draft and leave</Trans></Button>
          <Button look="danger" onClick={() => { onDiscard(); blocker.proceed?.(); }}><Trans>Discard and leave</Trans></Button>
        </>
      }
    >
      <p><Trans>The draft is kept in this tab of the browser, without values of secrets, until you close it.</Trans></p>
    </Dialog>
  );
}
