import { sessionEnd, settleSignIn } from "@/api/signed_out";
import { Dialog } from "@/ui/Dialog";
import { useLingui } from "@lingui/react/macro";
import { useSyncExternalStore, type ReactElement } from "react";
import { SignInForm } from "./SignInForm";

/** Opens over the page when the session has ended. What was on the page is still there afterwards, and the request is sent again. */
export function SignInAgain(): ReactElement {
  const { t } = useLingui();
  const open = useSyncExternalStore(sessionEnd.subscribe, sessionEnd.isWaiting);
  return (
    <Dialog
      open={open}
      keepOpen
      onClose={() => settleSignIn(false)}
      title={t`Your session has ended`}
      description={t`Sign in again to go on. Everything you typed is still here.`}
    >
      <SignInForm onSignedIn={() => settleSignIn(true)} />
    </Dialog>
  );
}
