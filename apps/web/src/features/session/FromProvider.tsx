import type { ProviderCodeRequest } from "@/api/generated";
import { ProblemNote } from "@/text/ProblemNote";
import { Notice } from "@/ui/Notice";
import { Trans } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactElement } from "react";
import { sessionQuery } from "./api";
import { comeFromProvider, nextPage, readAnswer, takeNextPage } from "./provider";
import { useSignIn } from "./sign_in";

/** Ends what was begun at the provider: signs in with its code and goes on, or says why not. */
export function FromProvider({ answer: query }: { answer: string | null }): ReactElement {
  // What came with the address counts once, and is gone from there.
  const [answer] = useState(() => readAnswer(query));
  const client = useQueryClient();
  const { mutate, error } = useSignIn(async (code: ProviderCodeRequest) => {
    const another = Boolean(client.getQueryData(sessionQuery.queryKey));
    const session = await comeFromProvider(code);
    // What is known of somebody who was signed in before is not theirs.
    if (another) void client.invalidateQueries();
    return session;
  }, takeNextPage);
  useEffect(() => {
    if (answer.kind !== "code") return undefined;
    const { code, state } = answer;
    // A moment later, so that an effect that React runs twice sends the code once.
    const timer = setTimeout(() => mutate({ code, state }));
    return () => clearTimeout(timer);
  }, [answer, mutate]);
  if (answer.kind === "code" && error === null) return <p role="status"><Trans>Signing you in</Trans></p>;
  return (
    <>
      {answer.kind === "error" ? <Refused error={answer.error} /> : error !== null ? <ProblemNote error={error} /> : (
        <Notice tone="warn"><Trans>The address has no answer of a provider in it any more. Begin again.</Trans></Notice>
      )}
      <p><a href={nextPage()}><Trans>Back to sign-in</Trans></a></p>
    </>
  );
}

/** The provider itself has refused. */
function Refused({ error }: { error: string }): ReactElement {
  return (
    <Notice tone="bad" live>
      <p>
        {error === "access_denied" ? (
          <Trans>The provider has not let you sign in, or you have cancelled it there.</Trans>
        ) : (
          <Trans>The provider has refused the sign-in. Begin again; if it goes on, tell an administrator.</Trans>
        )}
      </p>
      {error !== "" && <p><code>{error}</code></p>}
    </Notice>
  );
}
