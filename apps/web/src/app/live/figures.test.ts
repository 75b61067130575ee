// @vitest-environment jsdom
import type { ContainerStatistics, Statistics } from "@/api/generated";
import { expect, test, vi } from "vitest";
import { FigureStore } from "./figures";
import { Ring } from "./ring";

const container = (id: string, cpu: number, at: string): ContainerStatistics => ({
  container_id: id,
  name: id,
  service: "web",
  slot: 1,
  stack_id: "s",
  usage: {
    at,
    block_read_bytes: 0,
    block_written_bytes: 0,
    cpu_percent: cpu,
    cpu_seconds: 1,
    memory_bytes: cpu * 10,
    memory_limit_bytes: null,
    memory_percent: null,
    network_received_bytes: 0,
    network_sent_bytes: 0,
    per_second: null,
    pids: 1,
  },
});

const frame = (second: number, ...ids: string[]): Statistics => {
  const at = new Date(second * 1_000).toISOString();
  return { containers: ids.map((id) => container(id, second, at)), host: null, left_out: 0, taken_at: at };
};

const drawn = () => new Promise((resolve) => { requestAnimationFrame(resolve); });

test("a ring keeps the last figures, oldest first", () => {
  const ring = new Ring(3);
  expect(ring.list()).toEqual([]);
  for (const value of [1, 2]) ring.push(value);
  expect(ring.list()).toEqual([1, 2]);
  for (const value of [3, 4, 5]) ring.push(value);
  expect(ring.list()).toEqual([3, 4, 5]);
});

test("a day of updates keeps sixty figures, and nothing of containers that are gone", () => {
  const store = new FigureStore();
  for (let second = 1; second <= 200; second += 1) store.take(frame(second, "a", "b"));
  expect(store.container("a").cpu).toHaveLength(60);
  expect(store.container("a").cpu.at(-1)).toBe(200);
  expect(store.container("a").memory[0]).toBe(1_410);
  store.take(frame(201, "a"));
  expect(store.container("b").usage).toBeNull();
  expect(store.stack("s")).toEqual({ cpu: 201, memory: 2_010 });
});

test("figures are the same object until they change", () => {
  const store = new FigureStore();
  store.take(frame(1, "a"));
  const before = store.container("a");
  store.take(frame(1, "a"));
  expect(store.container("a")).toBe(before);
  store.take(frame(2, "a"));
  expect(store.container("a")).not.toBe(before);
});

test("several updates before the screen is drawn are told once, and nobody hears of another container", async () => {
  const store = new FigureStore();
  const [ofA, ofB] = [vi.fn<() => void>(), vi.fn<() => void>()];
  const ends = [store.subscribe("a", ofA), store.subscribe("b", ofB)];
  for (let second = 1; second <= 5; second += 1) store.take(frame(second, "a"));
  expect(ofA).not.toHaveBeenCalled();
  await drawn();
  expect(ofA).toHaveBeenCalledOnce();
  expect(ofB).not.toHaveBeenCalled();
  for (const end of ends) end();
  store.take(frame(6, "a"));
  await drawn();
  expect(ofA).toHaveBeenCalledOnce();
});
