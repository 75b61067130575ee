// Whose the memory of the host is, and what is free because services sleep.

import type { OnDemandReport, OnDemandService } from "@/api/generated";
import type { Tone } from "@/ui/Chip";

type Using = Pick<OnDemandService, "stack_id" | "service" | "state" | "wakes_with" | "memory_bytes" | "peak_memory_bytes">;

export interface HostMemory {
  total: number;
  free: number;
  /** Of services on demand that are awake, together with what wakes with them. */
  awake: number;
  /** Everything else. */
  others: number;
  /** Of what is free, what the services that sleep would use; null if none sleeps whose need is known. */
  saved: number | null;
  /** How much is used, from 0 to 1. */
  share: number;
}

/** Null as long as nobody has said how much memory the host has. */
export function hostMemoryOf({ host_memory_bytes: total, host_memory_free_bytes: left }: Pick<OnDemandReport, "host_memory_bytes" | "host_memory_free_bytes">, services: readonly Using[]): HostMemory | null {
  if (total === null || left === null || total <= 0) return null;
  const free = Math.min(Math.max(left, 0), total);
  const used = total - free;
  const awake = Math.min(used, sum(services.filter(({ state }) => state !== "asleep"), ({ memory_bytes: bytes }) => bytes));
  const saved = Math.min(free, sum(services.filter(({ state }) => state === "asleep"), ({ peak_memory_bytes: bytes }) => bytes));
  return { total, free, awake, others: used - awake, saved: saved > 0 ? saved : null, share: used / total };
}

/** The figure of a service has in it what wakes with it; what another one brings along is therefore not added again. */
function sum(services: readonly Using[], bytesOf: (service: Using) => number | null): number {
  const known = services.filter((each) => bytesOf(each) !== null);
  const brought = ({ stack_id: stack, service, wakes_with: own }: Using) =>
    known.some((other) => other.service !== service && other.stack_id === stack && other.wakes_with.includes(service) && (!own.includes(other.service) || other.service < service));
  return known.reduce((all, each) => (brought(each) ? all : all + (bytesOf(each) ?? 0)), 0);
}

/** Whether what is used leaves enough to wake something. */
export function pressure(share: number): Extract<Tone, "calm" | "warn" | "bad"> {
  return share > 0.93 ? "bad" : share > 0.8 ? "warn" : "calm";
}
