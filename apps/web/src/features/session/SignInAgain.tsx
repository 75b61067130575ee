import { sessionEnd, settleSignIn } from "@/api/signed_out";
import { Dialog } from "@/ui/Dialog";
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore, type ReactElement } from "react";
import { sessionQuery } from "./api";
import { SignInForm } from "./SignInForm";
import { useSharedSession } from "./useSharedSession";

/** Opens over the page when the session has ended. What was on the page is still there afterwards, and the request is sent again. */
export function SignInAgain(): ReactElement {
  const { t } = useLingui();
  const waiting = useSyncExternalStore(sessionEnd.subscribe, sessionEnd.isWaiting);
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  useSharedSession();
  return (
    <Dialog
      // Where nobody is signed in, the page itself asks.
      open={waiting && session !== null && session !== undefined}
      keepOpen
      onClose={() => settleSignIn(false)}
      title={t`Your session has ended`}
      description={t`Sign in again to go on. Everything you typed is still here.`}
    >
      <SignInForm />
    </Dialog>
  );
}
