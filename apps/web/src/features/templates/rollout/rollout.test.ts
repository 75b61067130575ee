import type { PlannedUpgrade } from "@/api/generated";
import { expect, test } from "vitest";
import { atOnceOf, changesNothing, countRollout, isOpen, isQuiet, sortPlan } from "./rollout";

const item = (key: string, kind: PlannedUpgrade["kind"]): PlannedUpgrade => ({ key, kind, template_version: 1, services: [], message: null });
const failed = [{ key: "shop", message: { code: "foreign", messages: {}, params: {}, text: "it has ended" } }];

test("what is upgraded and what has failed is over, what waits and what is under way is not", () => {
  expect(countRollout({ waiting: 8, under_way: [{ key: "a", command_id: "1" }, { key: "b", command_id: "2" }], upgraded: 7, failed })).toEqual({ total: 18, over: 8 });
});

test("one that stops or is cancelled is open until its last upgrade has ended", () => {
  const states = ["running", "stopping", "cancelling", "done", "stopped", "cancelled"] as const;
  expect(states.filter((state) => isOpen({ state }))).toEqual(["running", "stopping", "cancelling"]);
});

test("only one that did everything is quiet", () => {
  expect(isQuiet({ state: "done", failed: [] })).toBe(true);
  expect(isQuiet({ state: "done", failed })).toBe(false);
  expect(isQuiet({ state: "stopped", failed: [] })).toBe(false);
  expect(isQuiet({ state: "cancelled", failed: [] })).toBe(false);
});

test("a pace is a whole number that the server takes", () => {
  expect(["1", " 50 "].map(atOnceOf)).toEqual([1, 50]);
  expect(["", "0", "51", "2.5", "-1", "five"].map(atOnceOf)).toEqual([null, null, null, null, null, null]);
});

test("a plan is shown by what becomes of the instances", () => {
  const { upgrade, refused, none } = sortPlan([item("a", "none"), item("b", "upgrade"), item("c", "refused"), item("d", "upgrade")]);
  expect([upgrade, refused, none].map((items) => items.map(({ key }) => key))).toEqual([["b", "d"], ["c"], ["a"]]);
});

test("nothing to do is said of a whole plan, not of its first page", () => {
  expect(changesNothing({ items: [item("a", "none"), item("b", "refused")], next: null })).toBe(true);
  expect(changesNothing({ items: [item("a", "none")], next: "more" })).toBe(false);
  expect(changesNothing({ items: [item("a", "none"), item("b", "upgrade")], next: null })).toBe(false);
});
