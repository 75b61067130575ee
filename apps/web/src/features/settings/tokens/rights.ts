// What a role and the permissions beside it come to, as `docs/security.md` has it.

import type { Permission, Role, Token } from "@/api/generated";

/** `free` to be chosen; `included` in the role; `useless`, because the role may do nothing with it. */
export type Standing = "free" | "included" | "useless";

export function standingOf(role: Role, permission: Permission): Standing {
  if (role === "administrator") return "included";
  return role === "viewer" && permission !== "files" ? "useless" : "free";
}

/** Whether it may issue and revoke tokens: who is an administrator of some stacks only may not. */
function managesTokens(token: Token, now: number): boolean {
  return token.role === "administrator" && token.stacks === null && (token.expires_at === null || Date.parse(token.expires_at) > now);
}

/** Whether nobody could manage tokens any more without this one. */
export function isLastManager(tokens: readonly Token[], name: string, now: number): boolean {
  const managers = tokens.filter((token) => managesTokens(token, now));
  return managers.length === 1 && managers[0]?.name === name;
}
