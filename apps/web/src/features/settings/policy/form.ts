// A rule as it is being described in the form, and the rule that comes of it.

import type { PolicyPreset, PolicyRestriction, PolicyRule, Role } from "@/api/generated";
import { patternsOf } from "../tokens/draft";
import { ROLE_NAMES } from "../tokens/words";
import { RESTRICTION_NAMES } from "./words";

export interface AllowanceForm {
  /** Tells it from the others while the list changes. */
  key: number;
  what: PolicyRestriction;
  /** One per line. */
  values: string;
}

export interface RuleForm {
  roles: readonly Role[];
  /** With spaces or commas between them. */
  stacks: string;
  preset: PolicyPreset;
  allow: readonly AllowanceForm[];
}

export const FIRST_RULE: PolicyRule = { roles: [], stacks: [], preset: "careful", allow: [] };

export function formOf({ roles, stacks, preset, allow }: PolicyRule): RuleForm {
  return { roles, stacks: stacks.join(", "), preset, allow: allow.map(({ what, values }, key) => ({ key, what, values: values.join("\n") })) };
}

export function ruleOf({ roles, stacks, preset, allow }: RuleForm): PolicyRule {
  return {
    roles: ROLE_NAMES.filter((role) => roles.includes(role)),
    stacks: patternsOf(stacks),
    preset,
    allow: allow.map(({ what, values }) => ({ what, values: linesOf(values) })),
  };
}

/** Each of them once. A value may have spaces in it. */
function linesOf(text: string): string[] {
  return [...new Set(text.split("\n").map((line) => line.trim()).filter((line) => line !== ""))];
}

/** What has no exception yet: nothing may have two. */
export function leftOf(allow: readonly AllowanceForm[]): PolicyRestriction[] {
  return RESTRICTION_NAMES.filter((what) => allow.every((one) => one.what !== what));
}

export function withAnother(allow: readonly AllowanceForm[]): AllowanceForm[] {
  const [what] = leftOf(allow);
  return what === undefined ? [...allow] : [...allow, { key: Math.max(-1, ...allow.map(({ key }) => key)) + 1, what, values: "" }];
}
