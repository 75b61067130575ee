import { sessionEnd, settleSignIn, signedInAgain } from "@/api/signed_out";
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { readSession, sessionQuery } from "./api";
import { hearOtherTabs } from "./other_tabs";

/** Goes along with what other tabs do: signs in with them, and says that the session has ended when one of them signs out. */
export function useSharedSession(): void {
  const client = useQueryClient();
  useEffect(() => {
    const unhear = hearOtherTabs((news) => {
      if (news === "began") void takeUp(client);
      // A page on which nobody is signed in has nothing to lose.
      else if (client.getQueryData(sessionQuery.queryKey)) void signedInAgain();
    });
    // A tab that was asleep has not heard anything.
    const look = () => {
      if (document.visibilityState === "visible" && sessionEnd.isWaiting()) void takeUp(client);
    };
    document.addEventListener("visibilitychange", look);
    return () => {
      unhear();
      document.removeEventListener("visibilitychange", look);
    };
  }, [client]);
}

/** Goes on with the session that the browser has now, if it has one. */
async function takeUp(client: QueryClient): Promise<void> {
  const session = await readSession().catch(() => null);
  if (session === null) return;
  const before = client.getQueryData(sessionQuery.queryKey);
  client.setQueryData(sessionQuery.queryKey, session);
  settleSignIn(true);
  // It may be somebody else's: what is on screen is asked for again.
  if (before && before.session_id !== session.session_id) void client.invalidateQueries();
}
