import { describe, expect, test } from "vitest";
import { canUse, preferred, roundTime } from "./recommended";

const reported = (compared: number | null, thumb: number | null, more: Partial<{ idle_timeout_seconds: number; always_on: boolean }> = {}) => ({
  recommended: { idle_timeout_seconds: compared, rule_of_thumb_seconds: thumb, policy: null },
  service: { idle_timeout_seconds: 600, always_on: false, ...more },
});

describe("a recommended time", () => {
  test("can be taken over where it differs enough from what holds", () => {
    expect([300, 481, 600, 720, 721].map((seconds) => canUse(reported(null, null), seconds))).toEqual([true, false, false, false, true]);
  });

  test("cannot where there is none, where the server would not take it, and for what never sleeps", () => {
    expect([null, 0, 2_592_001].map((seconds) => canUse(reported(null, null), seconds))).toEqual([false, false, false]);
    expect(canUse(reported(null, null, { always_on: true }), 300)).toBe(false);
  });

  test("is rounded as people set times", () => {
    expect([45, 119, 131, 6_755, 25_450, 216_321].map(roundTime)).toEqual([45, 119, 120, 6_780, 25_200, 216_000]);
  });

  test("is that of the comparison, which knows the traffic, before the rule of thumb", () => {
    expect(preferred(reported(300, 60))).toBe("comparison");
    expect(preferred(reported(null, 60))).toBe("rule");
    expect(preferred(reported(600, 60))).toBeNull();
    expect(preferred(reported(null, null))).toBeNull();
  });
});
