// A token as it is being described in the form, and the request that comes of it.

import type { Permission, Role, TokenRequest } from "@/api/generated";
import { ApiError } from "@/api/problem";
import { standingOf } from "./rights";

const DAY = 86_400_000;

/** For how long it is valid: days, until it is revoked, or a last day that is chosen. */
export type Expiry = "7" | "30" | "90" | "365" | "never" | "day";

export interface Draft {
  name: string;
  role: Role;
  permissions: readonly Permission[];
  scope: "everything" | "some";
  /** One per line, or with commas between them. */
  patterns: string;
  expiry: Expiry;
  /** `2026-12-31`, as the browser's field has it. */
  lastDay: string;
}

/** What can do least harm. */
export const FIRST: Draft = { name: "", role: "viewer", permissions: [], scope: "everything", patterns: "", expiry: "90", lastDay: "" };

export function patternsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((pattern) => pattern !== ""))];
}

/** Those that make a difference: what the role has anyway, or can do nothing with, is not asked for. */
export function permissionsOf({ role, permissions }: Pick<Draft, "role" | "permissions">): Permission[] {
  return permissions.filter((permission) => standingOf(role, permission) === "free");
}

function expiresAt({ expiry, lastDay }: Draft, now: number): string | null {
  if (expiry === "never") return null;
  if (expiry !== "day") return new Date(now + Number(expiry) * DAY).toISOString();
  // All of the last day, where the person is; days are not all of the same length.
  const end = new Date(`${lastDay}T00:00`);
  end.setDate(end.getDate() + 1);
  return end.toISOString();
}

export function requestOf(draft: Draft, now: number): TokenRequest {
  return {
    name: draft.name.trim(),
    role: draft.role,
    permissions: permissionsOf(draft),
    stacks: draft.scope === "everything" ? null : patternsOf(draft.patterns),
    expires_at: expiresAt(draft, now),
  };
}

/** The day where the person is, as the browser's field has it. */
export function dayOf(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

export type Place = "name" | "stacks" | "expiry";

/** The API names the field in its sentence; its code says the same to a program. */
const PLACES: Readonly<Record<string, Place>> = {
  label_key_invalid: "stacks",
  label_value_invalid: "stacks",
  label_without_value: "stacks",
  token_exists: "name",
  token_name_invalid: "name",
  pattern_invalid: "stacks",
  patterns_of_token: "stacks",
  token_expired_already: "expiry",
};

/** The field that a refusal is about; null if it is about none of them. */
export function placeOf(error: unknown): Place | null {
  if (!(error instanceof ApiError) || error.said === null) return null;
  return PLACES[error.said.code] ?? (error.code === "token-exists" ? "name" : null);
}
