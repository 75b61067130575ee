import { access } from "@/api/generated/access.gen";
import type { Grant, Permission, Role } from "@/api/generated";
import { describe, expect, test } from "vitest";
import { matches, missing, type Operation } from "./rights";

const ROLES: Role[] = ["viewer", "operator", "deployer", "administrator"];
const PERMISSIONS: Permission[] = ["terminal", "files", "secrets"];
const OPERATIONS = Object.keys(access) as Operation[];

const grant = (role: Role, stacks: string[] | null = null, permissions: Permission[] = []): Grant => ({ role, permissions, stacks });

const allowed = (grants: Grant[], name: string | null = "shop") => OPERATIONS.filter((operation) => missing(grants, operation, name) === null);

const named = (operation: Operation) => ["stack", "template", "command", "plan", "container"].includes(needs(operation)[2]);

const needs = (operation: Operation) => access[operation] as readonly [Role, Permission | null, string];

// The cases of `crates/domain/src/wildcard.rs`.
test.each([
  ["shop", ["shop"], ["shop-1", "shopx", "", "sho"]],
  ["shop-*", ["shop-", "shop-1", "shop-a-b"], ["shop", "xshop-1"]],
  ["*-test", ["shop-test", "-test", "a-test-test"], ["test", "shop-test1"]],
  ["a*b*c", ["abc", "axxbxxc", "abbcbc"], ["ab", "acb", "abcd"]],
  ["*", ["", "anything"], []],
  ["**a", ["a", "ba"], ["", "ab"]],
  ["", [""], ["a"]],
  ["ab*ba", ["abba", "abxba"], ["aba"]],
])("all of a name has to match %s", (pattern, names, others) => {
  expect(names.filter((name) => !matches(pattern, name))).toEqual([]);
  expect(others.filter((name) => matches(pattern, name))).toEqual([]);
});

// The cases of `crates/domain/src/access/tests.rs`.
describe("the rule of the server", () => {
  test("administrators may do everything, and whoever was granted nothing may do nothing", () => {
    expect(allowed([grant("administrator")], null)).toEqual(OPERATIONS);
    expect(allowed([])).toEqual([]);
  });

  test("a role may do what the ones before it may", () => {
    let before: string[] = [];
    for (const role of ROLES) {
      const now = allowed([grant(role)]);
      expect(before.filter((operation) => !now.includes(operation as Operation))).toEqual([]);
      expect(now.length).toBeGreaterThan(before.length);
      before = now;
    }
  });

  test("a permission is needed beside the role", () => {
    for (const permission of PERMISSIONS) {
      for (const [rank, role] of ROLES.slice(0, 3).entries()) {
        const without = new Set(allowed([grant(role)]));
        const added = allowed([grant(role, null, [permission])]).filter((operation) => !without.has(operation));
        const meant = OPERATIONS.filter((operation) => needs(operation)[1] === permission && ROLES.indexOf(needs(operation)[0]) <= rank);
        expect(added).toEqual(meant);
      }
    }
  });

  test("the role of one grant and the permission of another do not add up", () => {
    const reader = [grant("viewer", null, ["files"]), grant("operator")];
    expect(missing(reader, "upload_container_file", "shop")).toMatchObject({ role: null, permission: "files" });
    expect(missing(reader, "list_container_files", "shop")).toBeNull();
  });

  test("a grant for some stacks is for nothing else", () => {
    for (const role of ROLES) {
      const everywhere = allowed([grant(role)]);
      expect(allowed([grant(role, ["sh*"])])).toEqual(everywhere.filter((operation) => named(operation) || needs(operation)[2] === "anywhere"));
      expect(allowed([grant(role, ["web"])])).toEqual(everywhere.filter((operation) => needs(operation)[2] === "anywhere"));
      expect(allowed([grant(role, ["*"])], null)).toEqual(everywhere.filter((operation) => needs(operation)[2] === "anywhere"));
    }
  });

  test("a template is meant by the beginning of the names of its instances", () => {
    const patterns = ["shop-*", "sho*", "*", "shop", "shop-1", "shop-a*"];
    expect(patterns.filter((pattern) => missing([grant("deployer", [pattern])], "launch_instance", "shop") === null)).toEqual(["shop-*", "sho*", "*"]);
  });

  test("a grant by label is for the stacks that have it, and for no template", () => {
    const grants = [grant("deployer", ["team=payments"])];
    const may = (labels: Record<string, string> | null, operation: Operation = "apply_version") => missing(grants, operation, "shop", labels) === null;
    expect(may({ team: "payments", stage: "test" })).toBe(true);
    const others: Record<string, string>[] = [{}, { team: "web" }, { payments: "team" }, { team: "" }];
    expect(others.filter((labels) => may(labels))).toEqual([]);
    // Where the labels are not known, the server says it.
    expect(may(null)).toBe(true);
    expect([may(null, "launch_instance"), may({ team: "payments" }, "launch_instance")]).toEqual([false, false]);
    expect(missing(grants, "list_images")).toMatchObject({ role: "viewer", elsewhere: true });
    expect(missing([grant("deployer", ["stage="])], "apply_version", "shop", { stage: "" })).toBeNull();
  });

  test("what is missing is named", () => {
    const viewer = [grant("viewer")];
    expect(missing(viewer, "stop_stack", "shop")).toEqual({ role: "operator", permission: null, about: "stack", elsewhere: false });
    expect(missing(viewer, "open_terminal", "shop")).toEqual({ role: "operator", permission: "terminal", about: "stack", elsewhere: false });
    expect(missing(viewer, "list_container_files", "shop")).toEqual({ role: null, permission: "files", about: "stack", elsewhere: false });
    expect(missing([grant("deployer", ["a"])], "stop_stack", "shop")).toMatchObject({ role: "operator", elsewhere: true });
    expect(missing([grant("deployer", ["a"])], "list_images")).toMatchObject({ role: "viewer", about: "everything", elsewhere: true });
    expect(missing([], "list_images")).toMatchObject({ role: "viewer", about: "everything", elsewhere: false });
  });
});
