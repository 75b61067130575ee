import { ProblemText } from "@/text/ProblemNote";
import { notify } from "@/ui/Toaster";
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { closeSession, sessionQuery } from "./api";

/** Ends the session, and forgets what it has shown. */
export function useSignOut(): () => Promise<void> {
  const { t } = useLingui();
  const client = useQueryClient();
  return async () => {
    try {
      await closeSession();
      client.setQueryData(sessionQuery.queryKey, null);
      client.removeQueries({ predicate: (query) => query.queryKey !== sessionQuery.queryKey });
    } catch (error) {
      notify({ tone: "bad", title: t`You are still signed in`, text: <ProblemText error={error} /> });
    }
  };
}
