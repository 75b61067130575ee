import type { CatalogEntry } from "@/api/generated";
import { describe, expect, test } from "vitest";
import { choicesOf, isChanged, reduce, toRequest } from "./choices";
import { problemsOf } from "./problems";
import { canSleep, hostsOf, sleepOf } from "./sleep";

const entry = (more: Partial<CatalogEntry>) => ({ kind: "component", provides: [], ports: [], ...more }) as unknown as CatalogEntry;
const sleep = { hosts: ["shop.example.org"], port: null, idle_timeout: "15m", theme: "ghost", wake: null };
const problem = (pointer: string) => ({ pointer, code: "wizard_value_type", hint: null, message: { code: "", messages: {}, params: {}, text: "" } });
const places = (kind: "component" | "application") => [...problemsOf(["hosts/1", "idle_timeout", "port", "other"].map((place) => problem(`/components/0/sleep/${place}`)), 0, entry({ kind, versions: [], options: [], requires: [] })).keys()];
const web = { entry: "node", as: "web", version: null, image: null, options: {}, connect: {} };

describe("the question whether a component sleeps", () => {
  test("is asked where it has a port or a website, and not of a whole application", () => {
    const asked = (more: Partial<CatalogEntry>) => canSleep(entry(more), { sleep: null });
    expect(asked({ ports: [8080] })).toBe(true);
    expect(asked({ provides: [{ id: "web", interface: "http", label: { en: "", fr: "" } }] })).toBe(true);
    expect(asked({})).toBe(false);
    expect(asked({ kind: "application", ports: [80] })).toBe(false);
    expect(canSleep(entry({}), { sleep })).toBe(true);
  });

  test("names the port only where there are several", () => {
    expect([[], [80], [5672, 15_672]].map((ports) => sleepOf({ ports }).port)).toEqual([null, null, 5672]);
  });

  test("takes host names as people type them", () => {
    expect(hostsOf(" a.example.org, b.example.org\n*.example.org a.example.org,")).toEqual(["a.example.org", "b.example.org", "*.example.org"]);
    expect(hostsOf("  ")).toEqual([]);
  });
});

describe("the answer", () => {
  test("comes back from a version and is sent again", () => {
    const choices = choicesOf("shop", [{ ...web, sleep }, { ...web, as: "db" }]);
    expect(toRequest(choices, null).components.map((component) => component.sleep)).toEqual([sleep, null]);
  });

  test("is a change", () => {
    const before = choicesOf("shop", [web]);
    const { choices } = reduce({ choices: before, removed: null }, { kind: "sleep", key: 1, sleep }, new Map());
    expect(choices.components[0]?.sleep).toEqual(sleep);
    expect(isChanged(choices, before)).toBe(true);
  });

  test("has its problems at its fields", () => {
    expect(places("component")).toEqual(["sleep/hosts", "sleep/idle_timeout", "sleep/port", ""]);
    expect(places("application")).toEqual([""]);
  });
});
