import { describe, expect, test } from "vitest";
import { byNeed, countsOf } from "./summary";

const all = (["asleep", "awake", null, "failed", "starting", "falling_asleep", "held", "asleep"] as const).map((state, at) => ({ state, at }));

describe("the services on demand", () => {
  test("are counted by what they do", () => {
    expect(countsOf(all)).toEqual({ awake: 1, asleep: 3, starting: 1, trouble: 2, unknown: 1 });
    expect(countsOf([])).toEqual({ awake: 0, asleep: 0, starting: 0, trouble: 0, unknown: 0 });
  });

  test("stand in the order in which they need somebody", () => {
    expect(byNeed(all).map(({ state }) => state)).toEqual(["failed", "held", "starting", "awake", "falling_asleep", "asleep", "asleep", null]);
    expect(byNeed(all).filter(({ state }) => state === "asleep").map(({ at }) => at)).toEqual([0, 7]);
  });
});
