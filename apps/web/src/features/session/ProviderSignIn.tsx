import { ProblemNote } from "@/text/ProblemNote";
import { AnchorButton } from "@/ui/AnchorButton";
import { Button } from "@/ui/Button";
import { Trans } from "@lingui/react/macro";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { sessionQuery } from "./api";
import { goToProvider, providerQuery } from "./provider";
import css from "./SignIn.module.css";

/** The way to the provider, if there is one. Over a page that somebody was using it opens in another tab, since leaving loses what they typed. */
export function ProviderSignIn(): ReactElement | null {
  // Asking again after a failure would take away the form around it.
  const { data: provider } = useQuery({ ...providerQuery, retryOnMount: false });
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  // The address has a secret of this sign-in in it.
  const begin = useMutation({ gcTime: 0, mutationFn: goToProvider });
  if (provider === undefined || provider === null) return null;
  if (session) return <AnchorButton href="/" target="_blank" rel="noopener"><Trans>Sign in with {provider} in another tab</Trans></AnchorButton>;
  return (
    <div className={css.form}>
      <Button busy={begin.isPending} onClick={() => begin.mutate()}><Trans>Sign in with {provider}</Trans></Button>
      {begin.isError && <ProblemNote error={begin.error} />}
    </div>
  );
}
