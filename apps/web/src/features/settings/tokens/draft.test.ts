import { ApiError } from "@/api/problem";
import type { Problem, Token } from "@/api/generated";
import { describe, expect, test } from "vitest";
import { dayOf, FIRST, patternsOf, placeOf, requestOf } from "./draft";
import { isLastManager, standingOf } from "./rights";

const refusal = (code: string, said: string) => new ApiError(400, { code, message: { code: said, messages: {}, params: {}, text: "" } } as unknown as Problem);

const token = (name: string, more: Partial<Token> = {}): Token => ({ name, role: "administrator", permissions: [], stacks: null, created_at: "", expires_at: null, used_at: null, ...more });

const now = Date.parse("2026-12-02T10:00:00Z");

describe("the request that comes of the form", () => {
  test("asks for little unless somebody says otherwise", () => {
    expect(requestOf({ ...FIRST, name: " ci " }, now)).toEqual({ name: "ci", role: "viewer", permissions: [], stacks: null, expires_at: "2027-03-02T10:00:00.000Z" });
  });

  test("has patterns however they are separated, each of them once", () => {
    expect(patternsOf("shop-*, blog\n\n  wiki,blog ,")).toEqual(["shop-*", "blog", "wiki"]);
    expect(requestOf({ ...FIRST, scope: "some", patterns: " ,\n" }, now).stacks).toEqual([]);
    // What was typed before somebody chose everything is of no consequence.
    expect(requestOf({ ...FIRST, patterns: "shop" }, now).stacks).toBeNull();
  });

  test("leaves out permissions that the role has anyway, or can do nothing with", () => {
    const all = ["terminal", "files", "secrets"] as const;
    const asked = (role: typeof FIRST.role) => requestOf({ ...FIRST, role, permissions: all }, now).permissions;
    expect(asked("viewer")).toEqual(["files"]);
    expect(asked("operator")).toEqual(all);
    expect(asked("administrator")).toEqual([]);
    expect(standingOf("viewer", "secrets")).toBe("useless");
  });

  test("includes all of the last day, and knows of no end where there is none", () => {
    const chosen = requestOf({ ...FIRST, expiry: "day", lastDay: "2026-12-31" }, now).expires_at;
    expect(new Date(chosen ?? "").getTime()).toBe(new Date(2027, 0, 1).getTime());
    expect(dayOf(new Date(2026, 11, 31, 23, 59))).toBe("2026-12-31");
    expect(requestOf({ ...FIRST, expiry: "never" }, now).expires_at).toBeNull();
    expect(requestOf({ ...FIRST, expiry: "7" }, now).expires_at).toBe("2026-12-09T10:00:00.000Z");
  });
});

describe("a refusal", () => {
  test("is about the field that its sentence is about, or about none", () => {
    expect(placeOf(refusal("token-exists", "token_exists"))).toBe("name");
    expect(placeOf(refusal("token-exists", "said_by_a_newer_server"))).toBe("name");
    expect(placeOf(refusal("invalid-request", "pattern_invalid"))).toBe("stacks");
    expect(placeOf(refusal("invalid-request", "token_expired_already"))).toBe("expiry");
    expect(placeOf(refusal("invalid-request", "too_many_tokens"))).toBeNull();
    expect(placeOf(new Error("no answer"))).toBeNull();
  });
});

test("the last token that manages tokens is an administrator's for everything whose time is not over", () => {
  const others = [token("shop", { stacks: ["shop"] }), token("old", { expires_at: "2026-12-01T00:00:00Z" }), token("ci", { role: "deployer" })];
  expect(isLastManager([token("admin"), ...others], "admin", now)).toBe(true);
  expect(isLastManager([token("admin"), ...others], "ci", now)).toBe(false);
  expect(isLastManager([token("admin"), token("second", { expires_at: "2027-01-01T00:00:00Z" })], "admin", now)).toBe(false);
});
