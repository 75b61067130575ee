// What whoever is signed in may do. Where that is not known, everything is offered: the server decides anyway.

import type { Account } from "@/api/generated";
import { showAccountOptions, showStackOptions } from "@/api/generated/@tanstack/react-query.gen";
import { useLingui } from "@lingui/react/macro";
import { useQuery, type QueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { missing, type Operation } from "./rights";
import { sentence } from "./words";

/** Why somebody may not do something, in a sentence; undefined if they may. `name` is that of the stack or template that it is about. */
export type May = (operation: Operation, name?: string | null) => string | undefined;

export function useMay(): May {
  const { t } = useLingui();
  const { data: account } = useQuery(showAccountOptions());
  return useCallback(
    (operation, name = null) => {
      const lacking = account === undefined ? null : missing(account.grants, operation, name);
      return lacking === null ? undefined : sentence(lacking, t);
    },
    [account, t],
  );
}

/** The same outside of components: whether it is worth asking the server. */
export function mayNow(client: QueryClient, operation: Operation): boolean {
  const account = client.getQueryData<Account>(showAccountOptions().queryKey);
  return account === undefined || missing(account.grants, operation) === null;
}

/** The name of a stack where it matters for what somebody may do to it: those whose grants are all for everything need no name. */
export function useStackName(stackId: string | null): string | null {
  const { data: account } = useQuery(showAccountOptions());
  const matters = stackId !== null && account?.grants.some(({ stacks }) => stacks !== null) === true;
  return useQuery({ ...showStackOptions({ path: { id: stackId ?? "" } }), enabled: matters }).data?.name ?? null;
}
