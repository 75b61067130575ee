import type { Instance } from "@/api/generated";
import { expect, test } from "vitest";
import { countInstances, filterInstances, parseInstanceFilter } from "./filter";
import { isBehind, isLink, powersOf, whyNot } from "./offers";

const instance = (key: string, more: Partial<Instance> = {}): Instance => ({
  template: "preview",
  key,
  stack_id: key,
  stack_name: `preview-${key}`,
  template_version: 1,
  phase: "serving",
  health: null,
  url: null,
  hosts: [],
  ports: {},
  values: {},
  stopped_since: null,
  unlisted_since: null,
  held: false,
  removed_at: null,
  containers: { total: 1, up: 1 },
  created_by: { kind: "token", name: "admin", on_behalf_of: null, token_id: null },
  created_at: "2026-11-30T10:00:00Z",
  last_command: null,
  ...more,
});

test("the figures add up to the total", () => {
  const phases = ["serving", "serving", "asleep", "stopped", "failed", "building", "removing"] as const;
  const counts = countInstances(phases.map((phase) => ({ phase })));
  expect(counts).toEqual({ total: 7, serving: 2, asleep: 1, stopped: 1, failed: 1, underWay: 2 });
});

test("an instance is found by key, host, port and value, and by phase", () => {
  const all = [instance("shop", { hosts: ["shop.preview.localhost"], ports: { PORT: 8_002 }, values: { BRANCH: "main" } }), instance("blog", { phase: "asleep" })];
  const keys = (filter: Parameters<typeof filterInstances>[1]) => filterInstances(all, filter).map(({ key }) => key);
  expect(keys({})).toEqual(["shop", "blog"]);
  expect(keys({ text: "PREVIEW.local" })).toEqual(["shop"]);
  expect(keys({ text: "8002" })).toEqual(["shop"]);
  expect(keys({ text: "main" })).toEqual(["shop"]);
  expect(keys({ phase: "asleep" })).toEqual(["blog"]);
});

test("an address that names no phase is one without", () => {
  expect(parseInstanceFilter({ text: "a", phase: "asleep" })).toEqual({ text: "a", phase: "asleep" });
  expect(parseInstanceFilter({ text: "", phase: "toString" })).toEqual({});
});

test("only what builds is built again", () => {
  expect(powersOf({ build: [] })).not.toContain("rebuild");
  expect(powersOf({ build: ["assets"] })).toContain("rebuild");
});

test("what is no help is said before it is tried", () => {
  expect(whyNot({ phase: "serving" }, "start")).toBeDefined();
  expect(whyNot({ phase: "asleep" }, "start")).toBeUndefined();
  expect(whyNot({ phase: "asleep" }, "stop")).toBeDefined();
  expect(whyNot({ phase: "stopped" }, "stop")).toBeDefined();
  expect(whyNot({ phase: "failed" }, "stop")).toBeUndefined();
  expect(whyNot({ phase: "removing" }, "rebuild")).toBeDefined();
});

test("an upgrade is offered where there is a newer version", () => {
  expect(isBehind(instance("a"), 2)).toBe(true);
  expect(isBehind(instance("a"), 1)).toBe(false);
  expect(isBehind(instance("a", { phase: "removing" }), 2)).toBe(false);
});

test("only addresses of the web are links", () => {
  expect(isLink("https://shop.preview.localhost/")).toBe(true);
  expect(isLink("javascript:alert(1)")).toBe(false);
});
