import type { StackListItem } from "@/api/generated";
import { describe, expect, test } from "vitest";
import { filterStacks } from "./filter";

const stack = (name: string, state: StackListItem["state"], seq = 0, labels: StackListItem["labels"] = {}): StackListItem =>
  ({ name, state, labels, drift_count: null, health: null, last_command: { seq, status: "DONE" } }) as StackListItem;

const all = [stack("shop", "running", 3), stack("blog", "degraded", 1), stack("wiki", "not_applied", 4), stack("git", "running", 2, { unit: "Lab" }), stack("report", "completed", 5)];
const names = (filter: Parameters<typeof filterStacks>[1]) => filterStacks(all, filter).map(({ name }) => name);

describe("the list of stacks", () => {
  test("is in the order of the names, either way round", () => {
    expect(names({})).toEqual(["blog", "git", "report", "shop", "wiki"]);
    expect(names({ descending: true })).toEqual(["wiki", "shop", "report", "git", "blog"]);
  });

  test("has the worst state first, and equal ones by name whichever way round", () => {
    expect(names({ sort: "state" })).toEqual(["blog", "git", "shop", "report", "wiki"]);
    expect(names({ sort: "state", descending: true })).toEqual(["wiki", "report", "git", "shop", "blog"]);
  });

  test("is narrowed by name and state", () => {
    expect(names({ text: "O", sort: "command", descending: true })).toEqual(["report", "shop", "blog"]);
    expect(names({ text: "unit=la" })).toEqual(["git"]);
    expect(names({ text: "lab", state: "degraded" })).toEqual([]);
    expect(names({ state: "running" })).toEqual(["git", "shop"]);
    expect(names({ state: "attention" })).toEqual(["blog"]);
  });
});
