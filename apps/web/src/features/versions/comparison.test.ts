import { describe, expect, test } from "vitest";
import { fileChange, groupChanges, isHidden, parseComparison, sidesOf, valueText } from "./comparison";

describe("which versions are compared", () => {
  test("without a choice, what applying the newest would change", () => {
    expect(sidesOf({}, { latest_version: 8, current_version: 6 })).toEqual({ from: 6, to: 8 });
  });

  test("if the newest is applied, what it has changed", () => {
    expect(sidesOf({}, { latest_version: 8, current_version: 8 })).toEqual({ from: 7, to: 8 });
    expect(sidesOf({}, { latest_version: 1, current_version: null })).toEqual({ from: 1, to: 1 });
  });

  test("what the address says comes first", () => {
    expect(sidesOf({ from: 2, to: 3 }, { latest_version: 8, current_version: 6 })).toEqual({ from: 2, to: 3 });
    expect(parseComparison({ from: "2", to: 0 })).toEqual({});
  });
});

describe("changes of the model", () => {
  test("are gathered by what they are about", () => {
    const groups = groupChanges([
      { path: "name", before: "a", after: "b" },
      { path: "services.new", before: null, after: { image: "b" } },
      { path: "services.old", before: { image: "a" }, after: null },
      { path: "services.web.image", before: "nginx:1", after: "nginx:2" },
      { path: "services.web.deploy.replicas", before: 1, after: 3 },
    ]);
    expect(groups.map(({ subject, kind, changes }) => [subject, kind, changes.map((change) => change.path)])).toEqual([
      ["", "changed", ["name"]],
      ["services.new", "added", [""]],
      ["services.old", "removed", [""]],
      ["services.web", "changed", ["image", "deploy.replicas"]],
    ]);
  });

  test("short values stand in one line, long ones are indented", () => {
    expect(valueText("nginx")).toBe("nginx");
    expect(valueText(3)).toBe("3");
    expect(valueText(["a", "b"])).toBe('["a","b"]');
    expect(valueText({ a: "x".repeat(80) })).toContain("\n");
  });

  test("values that may be secret are not compared as texts", () => {
    expect(isHidden({ before: "***", after: "***" })).toBe(true);
    expect(isHidden({ before: null, after: "***" })).toBe(false);
  });
});

test("a file is added, removed, changed, made executable, or no text", () => {
  expect(fileChange("--- /dev/null\n+++ b/.env\n@@ -0,0 +1 @@\n+A=1\n")).toBe("added");
  expect(fileChange("--- a/.env\n+++ /dev/null\n@@ -1 +0,0 @@\n-A=1\n")).toBe("removed");
  expect(fileChange("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n")).toBe("changed");
  expect(fileChange("File b/run.sh is executable\n")).toBe("mode");
  expect(fileChange("Files a/x and b/x differ\n")).toBe("binary");
  expect(fileChange("Files a/x and /dev/null differ\n")).toBe("removed");
});
