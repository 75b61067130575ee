import type { ContainerUsage } from "@/api/generated";
import { expect, test } from "vitest";
import { addUp } from "./figures";

const usage = (memory: number, limit: number | null): ContainerUsage => ({
  at: "2026-11-30T12:00:00Z",
  block_read_bytes: 0,
  block_written_bytes: 0,
  cpu_percent: 10,
  cpu_seconds: 1,
  memory_bytes: memory,
  memory_limit_bytes: limit,
  memory_percent: null,
  network_received_bytes: 0,
  network_sent_bytes: 0,
  per_second: null,
  pids: 1,
});

test("containers of a service are added up, the newest figures over each other", () => {
  const all = [
    { usage: usage(100, 200), cpu: [1, 2, 3], memory: [90, 95, 100] },
    { usage: usage(50, 200), cpu: [10], memory: [50] },
  ];
  expect(addUp(all)).toEqual({ cpu: 20, memory: 150, limit: 400, cpuHistory: [1, 2, 13], memoryHistory: [90, 95, 150] });
});

test("one container without a limit means that the service has none", () => {
  expect(addUp([{ usage: usage(1, 200), cpu: [1], memory: [1] }, { usage: usage(1, null), cpu: [1], memory: [1] }]).limit).toBeNull();
});

test("before the first figures there are none, not zero", () => {
  expect(addUp([{ usage: null, cpu: [], memory: [] }])).toEqual({ cpu: null, memory: null, limit: null, cpuHistory: [], memoryHistory: [] });
});
