// What whoever is signed in may do. Where that is not known, everything is offered: the server decides anyway.

import type { Account, Stack } from "@/api/generated";
import { showAccountOptions, showStackOptions } from "@/api/generated/@tanstack/react-query.gen";
import { operationOf } from "@/api/queries";
import { useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { missing, type Labels, type Operation } from "./rights";
import { sentence } from "./words";

/** Why somebody may not do something, in a sentence; undefined if they may. `name` is that of the stack or template that it is about. */
export type May = (operation: Operation, name?: string | null) => string | undefined;

export function useMay(): May {
  const { t } = useLingui();
  const client = useQueryClient();
  const { data: account } = useQuery(showAccountOptions());
  return useCallback(
    (operation, name = null) => {
      const lacking = account === undefined ? null : missing(account.grants, operation, name, name === null || !byLabel(account) ? null : labelsOf(client, name));
      return lacking === null ? undefined : sentence(lacking, t);
    },
    [account, client, t],
  );
}

/** Whether the labels of stacks matter for what somebody may do to them. */
const byLabel = ({ grants }: Account): boolean => grants.some(({ stacks }) => stacks?.some((selector) => selector.includes("=")) === true);

/** The labels of a stack, from what has been read of it: whoever asks shows the stack, or what belongs to it. */
function labelsOf(client: QueryClient, name: string): Labels {
  const read = client.getQueriesData<Stack | InfiniteData<{ items: Stack[] }>>({ predicate: ({ queryKey }) => ["showStack", "listStacks"].includes(operationOf(queryKey)) });
  for (const [, data] of read) {
    const stacks = data === undefined ? [] : "pages" in data ? data.pages.flatMap(({ items }) => items) : [data];
    const found = stacks.find((stack) => stack.name === name);
    if (found !== undefined) return found.labels;
  }
  return null;
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
