import { sessionEnd, signedInAgain } from "@/api/signed_out";
import { useConnection } from "@/app/live/Live";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { useLingui } from "@lingui/react/macro";
import { useEffect, useState, useSyncExternalStore, type ReactElement } from "react";
import css from "./ConnectionNotice.module.css";

/** A break this short is not worth a word: a reload of the server, a dropped request. */
const PATIENCE = 2_500;

/** Says that what is on screen may be old, and that it is up to date again. */
export function ConnectionNotice(): ReactElement | null {
  const { t } = useLingui();
  const state = useConnection();
  const [shown, setShown] = useState<"none" | "lost" | "back">("none");
  useEffect(() => {
    if (state === "lost" && shown !== "lost") {
      const timer = setTimeout(() => setShown("lost"), PATIENCE);
      return () => clearTimeout(timer);
    }
    if (state === "live" && shown !== "none") {
      const timer = shown === "lost" ? setTimeout(() => setShown("back"), 0) : setTimeout(() => setShown("none"), 4_000);
      return () => clearTimeout(timer);
    }
    return undefined;
  }, [state, shown]);
  if (state === "signed_out") return <SignedOut />;
  if (shown === "none") return null;
  return (
    <div className={css.notice}>
      {shown === "lost" ? (
        <Notice tone="warn" live title={t`The connection to the server is lost.`}>
          {t`What you see may be old. It reconnects by itself.`}
        </Notice>
      ) : (
        <Notice tone="good" live title={t`Connected again. Everything is up to date.`} />
      )}
    </div>
  );
}

/** After the dialog that asks to sign in again was closed without doing so. */
function SignedOut(): ReactElement | null {
  const { t } = useLingui();
  const asked = useSyncExternalStore(sessionEnd.subscribe, sessionEnd.isWaiting);
  if (asked) return null;
  return (
    <div className={css.notice}>
      <Notice tone="warn" live title={t`Your session has ended`} actions={<Button small onClick={() => void signedInAgain()}>{t`Sign in`}</Button>}>
        {t`What you see may be old, and nothing can be changed before you sign in again.`}
      </Notice>
    </div>
  );
}
