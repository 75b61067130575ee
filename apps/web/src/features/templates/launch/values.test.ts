import type { ProblemItem, TemplateParameter } from "@/api/generated";
import { expect, test } from "vitest";
import { beginning, byParameter, htmlPattern, isRequired, keyPattern, placeholderOf, portsOf, toValues } from "./values";

const parameter = (name: string, more: Partial<TemplateParameter> = {}): TemplateParameter => ({
  name, kind: "string", label: null, help: null, optional: false, default_value: null, example: null, pattern: null, min: null, max: null, values: [], generate: null, root: null, path: null, port_range: null, ...more,
});

const item = (params: Record<string, string>): ProblemItem => ({ code: "invalid-value", column: 1, expected: null, file: "compose.yaml", hint: null, length: 1, line: 1, message: { code: "parameter_refused", messages: {}, params, text: "" } });

test("what is typed becomes values of their kinds, and what is left empty is not sent", () => {
  const parameters = [
    parameter("BRANCH"), parameter("WORKERS", { kind: "int" }), parameter("DEBUG", { kind: "bool", default_value: false }),
    parameter("SIZE", { kind: "enum", values: ["small", "large"], default_value: "small" }), parameter("PASSWORD", { kind: "secret", generate: 40 }), parameter("PORT", { kind: "host_port", port_range: "8002-8201" }),
  ];
  expect(beginning(parameters)).toEqual({ DEBUG: false, SIZE: "small" });
  const typed = { ...beginning(parameters), BRANCH: "main", WORKERS: "4", PASSWORD: "", PORT: "8010", GONE: "x" };
  expect(toValues(parameters, typed)).toEqual({ BRANCH: "main", WORKERS: 4, DEBUG: false, SIZE: "small", PORT: 8_010 });
});

test("only what nothing else gives a value is required", () => {
  expect(isRequired(parameter("A"))).toBe(true);
  expect(isRequired(parameter("A", { default_value: "" }))).toBe(false);
  expect(isRequired(parameter("A", { optional: true }))).toBe(false);
  expect(isRequired(parameter("A", { kind: "secret" }))).toBe(true);
  expect(isRequired(parameter("A", { kind: "secret", generate: 40 }))).toBe(false);
  expect(isRequired(parameter("A", { kind: "folder", root: "projects" }))).toBe(true);
  expect(isRequired(parameter("A", { kind: "folder", root: "projects", path: "{key}" }))).toBe(false);
  expect(isRequired(parameter("A", { kind: "host_port", port_range: "1-2" }))).toBe(false);
});

test("an empty field shows what is taken then", () => {
  expect(placeholderOf(parameter("A", { default_value: "main", example: "develop" }))).toBe("main");
  expect(placeholderOf(parameter("A", { example: "develop" }))).toBe("develop");
  expect(placeholderOf(parameter("A", { kind: "int", default_value: 2 }))).toBe("2");
  expect(placeholderOf(parameter("A", { kind: "host", pattern: "{key}.localhost" }))).toBe("{key}.localhost");
});

test("a pattern that browsers take otherwise is written for them, and one that they cannot take is left to the server", () => {
  expect(htmlPattern("[a-z0-9_-]+")).toBe("[a-z0-9_\\-]+");
  expect(htmlPattern("[-a-z]+")).toBe("[\\-a-z]+");
  expect(htmlPattern("[a-z]+")).toBe("[a-z]+");
  expect(htmlPattern("(?x) a b")).toBeUndefined();
  expect(htmlPattern(null)).toBeUndefined();
  expect(new RegExp(`^(?:${keyPattern({ pattern: null, example: null })})$`, "v").test("feature-42")).toBe(true);
});

test("a range of ports is two numbers", () => {
  expect(portsOf("8002-8201")).toEqual({ first: 8_002, last: 8_201 });
  expect(portsOf("80")).toEqual({ first: 80, last: 80 });
  expect(portsOf(null)).toBeNull();
});

test("what is wrong stands at its parameter", () => {
  const found = byParameter([item({ parameter: "PORT" }), item({ parameter: "OTHER" }), item({})], [parameter("PORT")]);
  expect(found["PORT"]).toHaveLength(1);
  expect(found[""]).toHaveLength(2);
});
