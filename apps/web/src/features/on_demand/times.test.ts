import type { ComposeModel } from "@/api/generated";
import { remaining } from "@/text/dates";
import { describe, expect, test } from "vitest";
import { awakeChoices, declaredTimes, isTaken, parseTime, settingsWith, timeText } from "./times";

describe("a time that is typed", () => {
  test("has units as compose files and people have them", () => {
    expect(["10m", "90s", "1h30m", "1h 30 min", "1,5 h", "2 d", "1 j", "15"].map(parseTime)).toEqual([600, 90, 5_400, 5_400, 5_400, 172_800, 86_400, 900]);
  });

  test("is none where it means nothing, or more than the server takes", () => {
    expect(["", "soon", "10 20", "5x", "0", "-3", "31d"].map(parseTime)).toEqual([null, null, null, null, null, null, null]);
    expect(parseTime("30d")).toBe(2_592_000);
  });

  test("has the bounds of its kind", () => {
    expect(["4s", "5s", "30d", "soon"].map((text) => isTaken("idle", text))).toEqual([false, true, true, false]);
    expect(["1s", "1h", "61m"].map((text) => isTaken("start", text))).toEqual([true, true, false]);
    expect(["1s", "1h", "61m"].map((text) => isTaken("block", text))).toEqual([true, true, false]);
  });

  test("is written as in a definition, and read back", () => {
    expect([600, 90, 5_400, 3_600, 59].map(timeText)).toEqual(["10m", "1m30s", "1h30m", "1h", "59s"]);
    expect([600, 90, 5_400, 86_461].map((seconds) => parseTime(timeText(seconds)))).toEqual([600, 90, 5_400, 86_461]);
  });
});

test("the times of a definition are its own, else the usual ones", () => {
  const model = { services: { web: { "x-core-monitor": { "on-demand": { "idle-timeout": "15m", "start-timeout": 40 } } }, db: {} } } as unknown as ComposeModel;
  expect(declaredTimes(model, "web")).toEqual({ idle: 900, start: 40, block: 120 });
  expect(declaredTimes(model, "db")).toEqual({ idle: 600, start: null, block: 120 });
  expect(declaredTimes(model, "gone")).toEqual({ idle: 600, start: null, block: 120 });
});

describe("what is set", () => {
  const now = Date.parse("2026-01-26T10:00:00Z");
  const set = { idle_timeout_seconds: 900, start_timeout_seconds: null, block_timeout_seconds: 30, awake_until: "2026-01-26T11:00:00Z" };

  test("keeps what is not changed", () => {
    expect(settingsWith(set, { idle_timeout_seconds: null }, now)).toEqual({ ...set, idle_timeout_seconds: null });
    expect(settingsWith(set, { awake_until: null }, now)).toEqual({ ...set, awake_until: null });
  });

  test("does not bring back a time that is over", () => {
    expect(settingsWith(set, { idle_timeout_seconds: 60 }, now + 2 * 3_600_000)).toEqual({ ...set, idle_timeout_seconds: 60, awake_until: null });
  });
});

test("tonight is the last minute of the day", () => {
  const now = new Date(2026, 0, 26, 10, 30);
  const { hour, hours, tonight } = awakeChoices(now);
  expect([hour, hours].map((each) => (each.getTime() - now.getTime()) / 3_600_000)).toEqual([1, 4]);
  expect([tonight.getDate(), tonight.getHours(), tonight.getMinutes()]).toEqual([26, 23, 59]);
});

test("a countdown never says nothing before it is over, and counts seconds at its end", () => {
  const [second, minute] = [1_000, 60_000];
  expect([7 * minute - second, 6 * minute + second, minute, 59 * second, second / 2, 0, -minute].map(remaining)).toEqual(["7 min", "7 min", "1 min", "59 s", "1 s", "0 s", "0 s"]);
  expect([130, 480, 1_439, 1_440].map((count) => remaining(count * minute))).toEqual(["2 h 10 min", "8 h", "23 h 59 min", "1 d 0 h"]);
});
