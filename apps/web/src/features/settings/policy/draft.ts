// A policy while it is being changed.

import type { Policy, PolicyRule } from "@/api/generated";

export interface DraftRule {
  /** Tells it from the others while the list changes. */
  key: number;
  rule: PolicyRule;
}

export interface PolicyDraft {
  /** That of the policy which it began with. */
  revision: number;
  rules: readonly DraftRule[];
}

/** So many rules the server takes. */
export const MOST_RULES = 64;

export function draftOf({ revision, rules }: Policy): PolicyDraft {
  return { revision, rules: rules.map((rule, key) => ({ key, rule })) };
}

export const rulesOf = ({ rules }: Pick<PolicyDraft, "rules">): PolicyRule[] => rules.map(({ rule }) => rule);

/** Whether saving it would leave everything as it is. */
export function isSame(draft: PolicyDraft, policy: Policy): boolean {
  return draft.revision === policy.revision && JSON.stringify(rulesOf(draft).map(plain)) === JSON.stringify(policy.rules.map(plain));
}

/** With its parts in one order. */
const plain = ({ roles, stacks, preset, allow }: PolicyRule) => [roles, stacks, preset, allow.map(({ what, values }) => [what, values])];

/** With this rule in place of the one with the key, or at the end if there is none. */
export function put(draft: PolicyDraft, key: number | null, rule: PolicyRule): PolicyDraft {
  if (key !== null) return { ...draft, rules: draft.rules.map((one) => (one.key === key ? { key, rule } : one)) };
  const next = Math.max(-1, ...draft.rules.map((one) => one.key)) + 1;
  return { ...draft, rules: [...draft.rules, { key: next, rule }] };
}

export function without(draft: PolicyDraft, key: number): PolicyDraft {
  return { ...draft, rules: draft.rules.filter((one) => one.key !== key) };
}

/** One place up (-1) or down (1). */
export function moved(draft: PolicyDraft, key: number, by: -1 | 1): PolicyDraft {
  const at = draft.rules.findIndex((one) => one.key === key);
  const [rule, other] = [draft.rules[at], draft.rules[at + by]];
  if (rule === undefined || other === undefined) return draft;
  return { ...draft, rules: draft.rules.with(at, other).with(at + by, rule) };
}

/** Whether nobody and no stack gets as far as the rule at this place. */
export function isOutOfReach(rules: readonly DraftRule[], at: number): boolean {
  return rules.slice(0, at).some(({ rule: { roles, stacks } }) => roles.length === 0 && (stacks.length === 0 || stacks.includes("*")));
}
