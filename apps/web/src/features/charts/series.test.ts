import type { StatisticsHistory } from "@/api/generated";
import { expect, test } from "vitest";
import { linesOf } from "./series";

const point = (at: string, cpu: number | null) => ({
  at, cpu_percent: cpu, cpu_percent_max: cpu, memory_bytes: 10, memory_bytes_max: 10, pids_max: 1,
  per_second: { network_received_bytes: 1, network_sent_bytes: 2, block_read_bytes: 3, block_written_bytes: 4 },
});

const history: StatisticsHistory = {
  since: "2026-01-26T10:00:00Z",
  until: "2026-01-26T10:05:00Z",
  step_seconds: 60,
  series: [
    { service: "web", slot: 1, points: [point("2026-01-26T10:00:00Z", 5), point("2026-01-26T10:01:00Z", 6), point("2026-01-26T10:04:00Z", 7)] },
    { service: "db", slot: 1, points: [point("2026-01-26T10:01:20Z", 1)] },
  ],
};

test("a hole in time is a hole in the line, and each line has a value or a hole for every time", () => {
  const { times, lines } = linesOf(history, "cpu");
  expect(times.map((time) => new Date(time * 1_000).toISOString().slice(14, 19))).toEqual(["00:00", "01:00", "02:00", "04:00"]);
  expect(lines).toEqual([
    { label: "web", owner: 0, second: false, values: [5, 6, null, 7] },
    { label: "db", owner: 1, second: false, values: [null, 1, null, null] },
  ]);
});

test("traffic has two lines for each container, and several containers of a service are told apart", () => {
  const two = { ...history, series: [history.series[0]!, { ...history.series[0]!, slot: 2 }] };
  const { lines } = linesOf(two, "network");
  expect(lines.map((line) => line.label)).toEqual(["web 1 in", "web 1 out", "web 2 in", "web 2 out"]);
  expect(lines.map(({ owner, second }) => [owner, second])).toEqual([[0, false], [0, true], [1, false], [1, true]]);
  expect(linesOf(history, "disk").lines.map((line) => line.label)).toEqual(["web read", "web written", "db read", "db written"]);
});

test("nothing measured is an empty chart", () => {
  expect(linesOf({ ...history, series: [] }, "memory")).toEqual({ times: [], lines: [] });
});
