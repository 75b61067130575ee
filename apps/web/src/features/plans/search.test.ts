import { describe, expect, test } from "vitest";
import { goalOf, parsePlanSearch, purposeOf } from "./search";

describe("what a plan is for", () => {
  test("is the newest version without a choice", () => {
    expect(goalOf({}, { latest_version: 8, current_version: 7 })).toEqual({ version: 8, purpose: "apply", recreate: [] });
    expect(goalOf({}, { latest_version: 1, current_version: null })).toEqual({ version: 1, purpose: "apply", recreate: [] });
  });

  test("is a rollback where the version is older than the applied one", () => {
    expect(goalOf({ version: 5 }, { latest_version: 8, current_version: 7 }).purpose).toBe("rollback");
    expect(goalOf({ version: 5, purpose: "apply" }, { latest_version: 8, current_version: 7 }).purpose).toBe("apply");
  });

  test("is read from the address, nonsense left out", () => {
    expect(parsePlanSearch({ version: 3, purpose: "rollback", recreate: "web", plan: "p" })).toEqual({ version: 3, purpose: "rollback", recreate: ["web"], plan: "p" });
    expect(parsePlanSearch({ version: "x", purpose: "delete", recreate: [1, ""], plan: "" })).toEqual({});
  });

  test("a plan to prune or delete is no plan for a version", () => {
    expect(purposeOf("prune")).toBeNull();
    expect(purposeOf("apply")).toBe("apply");
  });
});
