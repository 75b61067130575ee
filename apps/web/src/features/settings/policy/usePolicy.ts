// The policy, what somebody is making of it, and what it would refuse.

import { replacePolicy, tryPolicy, type Policy, type PolicyTrial, type Role } from "@/api/generated";
import { showPolicyOptions, showPolicyQueryKey } from "@/api/generated/@tanstack/react-query.gen";
import { refresh } from "@/api/queries";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isSame, rulesOf, type PolicyDraft } from "./draft";

export const usePolicy = () => useQuery(showPolicyOptions());

const DRAFT = ["policy draft"] as const;

/** The draft, null without changes, and what becomes of it. It is kept with the answers too, for when somebody comes back to the page. */
export function useDraft(policy: Policy | undefined) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => client.getQueryData<PolicyDraft | null>(DRAFT) ?? null);
  const keep = (next: PolicyDraft | null) => {
    client.setQueryDefaults(DRAFT, { gcTime: Number.POSITIVE_INFINITY });
    client.setQueryData(DRAFT, next);
    setDraft(next);
  };
  const replace = useMutation({
    mutationFn: async ({ revision, ...rest }: PolicyDraft): Promise<Policy> => (await replacePolicy({ body: { revision, rules: rulesOf(rest) }, throwOnError: true })).data,
    onSuccess: (saved) => {
      client.setQueryData(showPolicyQueryKey(), saved);
      keep(null);
      void refresh(client, ["listAudit"]);
    },
  });
  const change = (next: PolicyDraft | null) => {
    keep(next !== null && policy !== undefined && isSame(next, policy) ? null : next);
    if (replace.isError) replace.reset();
  };
  return { draft, change, replace };
}

export interface Trial {
  role: Role;
  stack: { id: string; name: string };
  /** Null for the policy that counts now. */
  draft: PolicyDraft | null;
  /** Of the policy that counts now. */
  revision: number;
}

export function useTrial() {
  return useMutation({
    mutationFn: async ({ role, stack, draft }: Trial): Promise<PolicyTrial> =>
      (await tryPolicy({ body: { role, stack: stack.id, rules: draft === null ? null : rulesOf(draft) }, throwOnError: true })).data,
  });
}
