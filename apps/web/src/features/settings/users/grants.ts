// What a user may do, as it is being described in the form, and the request that comes of it.

import type { Grant, GrantRequest } from "@/api/generated";
import { FIRST, patternsOf, permissionsOf, type Draft } from "../tokens/draft";

export interface GrantDraft extends Pick<Draft, "role" | "permissions" | "scope" | "patterns"> {
  /** Tells it from the others while the list changes. */
  key: number;
}

/** So many the server takes. */
export const MOST = 16;

export function firstGrant(key: number): GrantDraft {
  const { role, permissions, scope, patterns } = FIRST;
  return { key, role, permissions, scope, patterns };
}

export function draftsOf(grants: readonly Grant[]): GrantDraft[] {
  return grants.map(({ role, permissions, stacks }, key) => ({ key, role, permissions, scope: stacks === null ? "everything" : "some", patterns: (stacks ?? []).join("\n") }));
}

export function requestsOf(drafts: readonly GrantDraft[]): GrantRequest[] {
  return drafts.map((draft) => ({ role: draft.role, permissions: permissionsOf(draft), stacks: draft.scope === "everything" ? null : patternsOf(draft.patterns) }));
}
