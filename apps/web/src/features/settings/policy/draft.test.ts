import type { Policy, PolicyRule } from "@/api/generated";
import { describe, expect, test } from "vitest";
import { draftOf, isOutOfReach, isSame, moved, put, rulesOf, without } from "./draft";
import { formOf, leftOf, ruleOf, withAnother } from "./form";
import { RESTRICTION_NAMES } from "./words";

const rule = (more: Partial<PolicyRule> = {}): PolicyRule => ({ roles: [], stacks: [], preset: "careful", allow: [], ...more });
const policy: Policy = { revision: 2, rules: [rule({ roles: ["administrator"], preset: "open" }), rule({ stacks: ["shop"] }), rule()] };

describe("the draft", () => {
  test("keeps its rules apart however they move", () => {
    const draft = draftOf(policy);
    expect(rulesOf(moved(draft, 2, -1))).toEqual([policy.rules[0], policy.rules[2], policy.rules[1]]);
    expect(moved(draft, 0, -1)).toBe(draft);
    expect(moved(draft, 2, 1)).toBe(draft);
    const added = put(without(draft, 1), null, rule({ preset: "locked" }));
    expect(added.rules.map(({ key }) => key)).toEqual([0, 2, 3]);
    expect(rulesOf(put(added, 2, rule({ preset: "open" })))[1]?.preset).toBe("open");
  });

  test("is none where nothing differs, unless it began with an earlier policy", () => {
    expect(isSame(draftOf(policy), policy)).toBe(true);
    expect(isSame(without(draftOf(policy), 1), policy)).toBe(false);
    expect(isSame(draftOf(policy), { ...policy, revision: 3 })).toBe(false);
  });

  test("knows which rules never decide", () => {
    const { rules } = draftOf({ revision: 0, rules: [rule({ stacks: ["a"] }), rule({ stacks: ["b", "*"] }), rule()] });
    expect([0, 1, 2].map((at) => isOutOfReach(rules, at))).toEqual([false, false, true]);
  });
});

describe("the rule that comes of the form", () => {
  test("is the one that it began with", () => {
    const full = rule({ roles: ["operator", "deployer"], stacks: ["shop", "media-*"], allow: [{ what: "devices", values: ["c 188:* rmw", "gpu"] }, { what: "images", values: [] }] });
    expect(ruleOf(formOf(full))).toEqual(full);
  });

  test("has its roles in their order, and everything once", () => {
    const form = { ...formOf(rule()), roles: ["deployer", "viewer"] as const, stacks: " a,b  a\n", allow: [{ key: 0, what: "ports" as const, values: " 80 \n\n443\n80" }] };
    expect(ruleOf(form)).toEqual(rule({ roles: ["viewer", "deployer"], stacks: ["a", "b"], allow: [{ what: "ports", values: ["80", "443"] }] }));
  });

  test("has no two exceptions about one thing", () => {
    const allow = withAnother(withAnother([]));
    expect(allow.map(({ key }) => key)).toEqual([0, 1]);
    expect(new Set(allow.map(({ what }) => what)).size).toBe(2);
    expect(leftOf(allow)).toHaveLength(RESTRICTION_NAMES.length - 2);
  });
});
