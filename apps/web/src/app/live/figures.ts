// The live figures of containers and of the host. Each row of a table listens to its own container, so that an update of 500
// containers renders the rows on screen and nothing else.

import type { ContainerUsage, HostUsage, Statistics } from "@/api/generated";
import { useSyncExternalStore } from "react";

/** Figures kept of each container for its sparkline. */
const KEPT = 60;

export interface Figures {
  usage: ContainerUsage | null;
  /** CPU in percent, oldest first. */
  cpu: readonly number[];
  /** Memory in bytes, oldest first. */
  memory: readonly number[];
}

/** What the containers of a stack use together. */
export interface StackSum {
  /** In percent of one CPU. */
  cpu: number;
  /** In bytes. */
  memory: number;
}

const EMPTY: Figures = { usage: null, cpu: [], memory: [] };

class FigureStore {
  private readonly containers = new Map<string, Figures>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private stacks = new Map<string, StackSum>();
  private ofHost: HostUsage | null = null;
  private history: readonly HostUsage[] = [];

  take(statistics: Statistics): void {
    if (statistics.host !== null && statistics.host.at !== this.ofHost?.at) {
      this.ofHost = statistics.host;
      this.history = [...this.history, statistics.host].slice(-KEPT);
      this.tell("host");
    }
    const seen = new Set<string>();
    for (const { container_id, usage } of statistics.containers) {
      seen.add(container_id);
      const before = this.containers.get(container_id) ?? EMPTY;
      if (usage !== null && usage.at === before.usage?.at) continue;
      this.containers.set(container_id, after(before, usage));
      this.tell(container_id);
    }
    this.forget(seen);
    this.addUp(statistics);
  }

  private addUp(statistics: Statistics): void {
    const sums = new Map<string, StackSum>();
    for (const { stack_id, usage } of statistics.containers) {
      if (stack_id === null || usage === null) continue;
      const sum = sums.get(stack_id) ?? { cpu: 0, memory: 0 };
      sums.set(stack_id, { cpu: sum.cpu + (usage.cpu_percent ?? 0), memory: sum.memory + usage.memory_bytes });
    }
    const before = this.stacks;
    this.stacks = sums;
    for (const id of new Set([...before.keys(), ...sums.keys()])) this.tell(`stack:${id}`);
  }

  /** A container that is gone takes its figures with it; nothing grows over a day. */
  private forget(seen: ReadonlySet<string>): void {
    for (const id of this.containers.keys()) {
      if (seen.has(id)) continue;
      this.containers.delete(id);
      this.tell(id);
    }
  }

  container(id: string): Figures {
    return this.containers.get(id) ?? EMPTY;
  }

  stack(id: string): StackSum | null {
    return this.stacks.get(id) ?? null;
  }

  host(): HostUsage | null {
    return this.ofHost;
  }

  hostHistory(): readonly HostUsage[] {
    return this.history;
  }

  subscribe(key: string, listener: () => void): () => void {
    const set = this.listeners.get(key) ?? new Set();
    set.add(listener);
    this.listeners.set(key, set);
    return () => {
      set.delete(listener);
      if (set.size === 0) this.listeners.delete(key);
    };
  }

  private tell(key: string): void {
    for (const listener of this.listeners.get(key) ?? []) listener();
  }
}

function after(before: Figures, usage: ContainerUsage | null): Figures {
  if (usage === null) return { ...before, usage };
  return {
    usage,
    cpu: [...before.cpu, usage.cpu_percent ?? 0].slice(-KEPT),
    memory: [...before.memory, usage.memory_bytes].slice(-KEPT),
  };
}

export const figures = new FigureStore();

export function useFigures(containerId: string): Figures {
  return useSyncExternalStore(
    (listener) => figures.subscribe(containerId, listener),
    () => figures.container(containerId),
  );
}

export function useHostFigures(): HostUsage | null {
  return useSyncExternalStore(
    (listener) => figures.subscribe("host", listener),
    () => figures.host(),
  );
}

export function useHostHistory(): readonly HostUsage[] {
  return useSyncExternalStore(
    (listener) => figures.subscribe("host", listener),
    () => figures.hostHistory(),
  );
}
