import { describe, expect, test } from "vitest";
import { hostMemoryOf, pressure } from "./memory";

type Service = Parameters<typeof hostMemoryOf>[1][number];

const one = (service: string, state: Service["state"], more: Partial<Service> = {}): Service => ({ stack_id: "a", service, state, wakes_with: [service], memory_bytes: null, peak_memory_bytes: null, ...more });
const host = (total: number | null, free: number | null) => ({ host_memory_bytes: total, host_memory_free_bytes: free });

describe("the memory of the host", () => {
  test("is divided between what is awake, everything else, and what is free because services sleep", () => {
    const services = [one("web", "awake", { memory_bytes: 200, peak_memory_bytes: 900 }), one("old", "asleep", { peak_memory_bytes: 150 }), one("new", "asleep"), one("slow", "starting", { memory_bytes: 50 })];
    expect(hostMemoryOf(host(1_000, 400), services)).toEqual({ total: 1_000, free: 400, awake: 250, others: 350, saved: 150, share: 0.6 });
  });

  test("is not shown as long as nobody has said it", () => {
    expect(hostMemoryOf(host(null, 400), [])).toBeNull();
    expect(hostMemoryOf(host(1_000, null), [])).toBeNull();
    expect(hostMemoryOf(host(0, 0), [])).toBeNull();
  });

  test("has no more in it than there is, whatever services say", () => {
    const services = [one("web", "awake", { memory_bytes: 5_000 }), one("old", "asleep", { peak_memory_bytes: 5_000 })];
    expect(hostMemoryOf(host(1_000, 1_200), services)).toMatchObject({ free: 1_000, awake: 0, others: 0, saved: 1_000 });
    expect(hostMemoryOf(host(1_000, 400), services)).toMatchObject({ awake: 600, others: 0, saved: 400 });
  });

  test("counts what wakes with another one once", () => {
    const services = [
      one("api", "awake", { wakes_with: ["api", "db"], memory_bytes: 300 }),
      one("db", "awake", { memory_bytes: 100 }),
      // Each brings the other along.
      one("left", "asleep", { wakes_with: ["left", "right"], peak_memory_bytes: 80 }),
      one("right", "asleep", { wakes_with: ["left", "right"], peak_memory_bytes: 80 }),
      // Of the same name, in another stack.
      one("db", "awake", { stack_id: "b", memory_bytes: 70 }),
    ];
    expect(hostMemoryOf(host(1_000, 400), services)).toMatchObject({ awake: 370, saved: 80 });
  });

  test("says nothing about sleep where the need of what sleeps is not known", () => {
    expect(hostMemoryOf(host(1_000, 400), [one("new", "asleep")])).toMatchObject({ saved: null, awake: 0 });
  });

  test("is short from four fifths on", () => {
    expect([0.5, 0.8, 0.81, 0.94].map(pressure)).toEqual(["calm", "calm", "warn", "bad"]);
  });
});
