// @vitest-environment jsdom
import type { CatalogEntry, WizardProblem } from "@/api/generated";
import { describe, expect, it } from "vitest";
import { typedOf, valueOf } from "./option_value";
import { generalProblems, indexOf, nameProblems, overwritable, problemsOf } from "./problems";
import { parseEditSearch, parseNewSearch, searchOf, viewOf } from "./search";
import { loadChoices, storeChoices } from "./store";
import { writtenLines } from "./written";

const problem = (pointer: string, code = "wizard_value_type", params: Record<string, string> = {}): WizardProblem => ({
  code, pointer, hint: null, message: { code, params, messages: {}, text: code },
});
const entry = { options: [{ id: "port" }], requires: [{ id: "database" }], versions: [{ id: "1" }, { id: "2" }] } as unknown as CatalogEntry;

describe("places of problems", () => {
  it("belong to a field, or to the component where there is none", () => {
    const problems = ["/components/1/options/port", "/components/1/options/inner", "/components/1/connect/database", "/components/1/as", "/components/1/version", "/components/1", "/components/10/as", "/name", ""].map((each) => problem(each));
    expect([...problemsOf(problems, 1, entry)].map(([field, found]) => [field, found.length])).toEqual([["options/port", 1], ["", 2], ["connect/database", 1], ["as", 1], ["version", 1]]);
    expect(nameProblems(problems)).toHaveLength(1);
    expect(generalProblems(problems).map(({ pointer }) => pointer)).toEqual([""]);
    expect(indexOf(problem("/components"))).toBe(null);
  });

  it("name what can be overwritten", () => {
    expect(overwritable(problem("/components/0", "wizard_edited_by_hand", { path: "services.db.mem_limit", line: "7" }))).toBe("services.db.mem_limit");
    expect(overwritable(problem("/components/0/as", "wizard_name_in_file", { name: "services.db" }))).toBe(null);
  });
});

const option = (kind: CatalogEntry["options"][number]["kind"], usual: unknown, optional = false) => ({ kind, default: usual, optional });

describe("values of options", () => {
  it("are numbers where numbers are asked for, and otherwise what was typed", () => {
    expect(valueOf(option("port", 3000), "8080")).toBe(8080);
    expect(valueOf(option("port", 3000), "80a")).toBe("80a");
    expect(valueOf(option("string", "1"), "2")).toBe("2");
  });

  it("are left out where they are the usual ones or nothing", () => {
    expect(valueOf(option("port", 3000), "3000")).toBe(undefined);
    expect(valueOf(option("string", null, true), "")).toBe(undefined);
    expect(valueOf(option("string", "app"), "")).toBe("");
  });

  it("are shown as they were typed, even while they are wrong", () => {
    expect(typedOf(option("port", 3000), undefined)).toBe("3000");
    expect(typedOf(option("port", 3000), "")).toBe("");
    expect(typedOf(option("string", null), undefined)).toBe("");
  });
});

describe("written lines", () => {
  it("are those between what stayed the same", () => {
    expect(writtenLines("a\nb\nc", "a\nx\ny\nc")).toEqual([{ since: 2, until: 3 }]);
    expect(writtenLines("a\na", "a\na\na")).toEqual([{ since: 3, until: 3 }]);
    expect(writtenLines("a\nb", "a")).toEqual([]);
    expect(writtenLines("a", "a")).toEqual([]);
    // What stands between two new places is not new.
    expect(writtenLines("a\nb\nc\nd", "a\nx\nb\nc\ny\nz\nd")).toEqual([{ since: 2, until: 2 }, { since: 5, until: 6 }]);
    expect(writtenLines("a\nb\nc", "b\nx\nc")).toEqual([{ since: 2, until: 2 }]);
    // Two services that a connection has written into: only what it wrote is marked, not all between.
    const before = "services:\n  app:\n    image: app\n    restart: always\n  db:\n    image: db\n    restart: always\n";
    const after = before.replace("    image: app\n", "    image: app\n    environment:\n      HOST: db\n").concat("  cache:\n    image: cache\n");
    expect(writtenLines(before, after)).toEqual([{ since: 4, until: 5 }, { since: 10, until: 11 }]);
  });
});

describe("the address", () => {
  it("leads back to the same view, and to the catalogue once the component is gone", () => {
    expect(viewOf(searchOf({ kind: "component", key: 2 }), [1, 2])).toEqual({ kind: "component", key: 2 });
    expect(viewOf({ component: 2 }, [1])).toEqual({ kind: "add" });
    expect(viewOf(searchOf({ kind: "review" }), [])).toEqual({ kind: "review" });
  });

  it("ignores what makes no sense", () => {
    expect(parseNewSearch({ component: "db", show: "x", entry: 3 })).toEqual({});
    expect(parseNewSearch({ entry: "postgres" })).toEqual({ entry: "postgres" });
    expect(parseEditSearch({ version: 4, component: 1 })).toEqual({ version: 4, component: 1 });
  });
});

describe("the tab", () => {
  it("keeps choices and never the values of secrets", () => {
    const catalogue = new Map([["mail", { options: [{ id: "password", kind: "secret" }, { id: "user", kind: "string" }] } as unknown as CatalogEntry]]);
    const component = { key: 1, entry: "mail", as: "mail", version: null, image: null, options: { password: "hunter2", user: "me" }, connect: {}, sleep: null };
    storeChoices("test", { name: "shop", components: [component], overwrite: ["a.b"] }, catalogue);
    expect(JSON.stringify({ ...sessionStorage })).not.toContain("hunter2");
    expect(loadChoices("test")).toEqual({ name: "shop", components: [{ ...component, options: { user: "me" } }], overwrite: ["a.b"] });
    storeChoices("test", null, catalogue);
    expect(loadChoices("test")).toBe(null);
  });

  it("forgets what it cannot read", () => {
    sessionStorage.setItem("core-monitor:wizard:test", '{"name":"x","components":[{"as":"db"}]}');
    expect(loadChoices("test")).toBe(null);
    sessionStorage.setItem("core-monitor:wizard:test", "{");
    expect(loadChoices("test")).toBe(null);
  });
});
