import { sessionEnd, settleSignIn } from "@/api/signed_out";
import { Dialog } from "@/ui/Dialog";
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore, type ReactElement } from "react";
import { sessionQuery } from "./api";
import { loadSignInForm, SignInForm } from "./lazy";
import { useSharedSession } from "./useSharedSession";

/** In milliseconds: later than what the first screen shows. */
const AFTERWARDS = 10_000;

/** Opens over the page when the session has ended. What was on the page is still there afterwards, and the request is sent again. */
export function SignInAgain(): ReactElement {
  const { t } = useLingui();
  const waiting = useSyncExternalStore(sessionEnd.subscribe, sessionEnd.isWaiting);
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  useSharedSession();
  useFormAtHand();
  const actor = session?.actor;
  return (
    <Dialog
      // Where nobody is signed in, the page itself asks.
      open={waiting && actor !== undefined}
      keepOpen
      onClose={() => settleSignIn(false)}
      title={t`Your session has ended`}
      description={t`Sign in again to go on. Everything you typed is still here.`}
    >
      {actor !== undefined && (actor.kind === "token" ? <SignInForm byToken /> : <SignInForm name={actor.name} />)}
    </Dialog>
  );
}

/** Gets the form before it is needed: a server that was updated meanwhile no longer has it, and loading the page anew loses what was typed. */
function useFormAtHand(): void {
  useEffect(() => {
    const timer = setTimeout(() => void loadSignInForm().catch(() => {}), AFTERWARDS);
    return () => clearTimeout(timer);
  }, []);
}
