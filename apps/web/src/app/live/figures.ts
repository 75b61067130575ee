// The live figures of containers and of the host. Each row of a table listens to its own container, so that an update of 500
// containers renders the rows on screen and nothing else.

import type { ContainerUsage, HostUsage, Statistics } from "@/api/generated";
import { useCallback, useSyncExternalStore } from "react";
import { Ring } from "./ring";

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

/** The figures of one container. The lists are only made for those that somebody looks at. */
class Kept {
  usage: ContainerUsage | null = null;
  private readonly cpu = new Ring(KEPT);
  private readonly memory = new Ring(KEPT);
  private seen: Figures | null = null;

  take(usage: ContainerUsage | null): void {
    this.usage = usage;
    this.seen = null;
    if (usage === null) return;
    this.cpu.push(usage.cpu_percent ?? 0);
    this.memory.push(usage.memory_bytes);
  }

  figures(): Figures {
    this.seen ??= { usage: this.usage, cpu: this.cpu.list(), memory: this.memory.list() };
    return this.seen;
  }
}

export class FigureStore {
  private readonly containers = new Map<string, Kept>();
  private readonly listeners = new Map<string, Set<() => void>>();
  /** What has changed since the screen was drawn. */
  private readonly untold = new Set<string>();
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
      const kept = this.containers.get(container_id) ?? new Kept();
      this.containers.set(container_id, kept);
      if (usage?.at === kept.usage?.at) continue;
      kept.take(usage);
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
    return this.containers.get(id)?.figures() ?? EMPTY;
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

  /** Listeners hear of it when the screen is drawn next: several updates in between are one, and a hidden page renders nothing. */
  private tell(key: string): void {
    if (!this.listeners.has(key)) return;
    if (this.untold.size === 0) requestAnimationFrame(() => this.tellAll());
    this.untold.add(key);
  }

  private tellAll(): void {
    const keys = [...this.untold];
    this.untold.clear();
    for (const key of keys) for (const listener of this.listeners.get(key) ?? []) listener();
  }
}

export const figures = new FigureStore();

/** Calls back when what a key stands for has changed. The function stays the same, so that React does not subscribe again each time. */
function useSubscribe(key: string): (listener: () => void) => () => void {
  return useCallback((listener: () => void) => figures.subscribe(key, listener), [key]);
}

export function useFigures(containerId: string): Figures {
  return useSyncExternalStore(useSubscribe(containerId), () => figures.container(containerId));
}

/** What the containers of a stack use together; null before the first figures. */
export function useStackFigures(stackId: string): StackSum | null {
  return useSyncExternalStore(useSubscribe(`stack:${stackId}`), () => figures.stack(stackId));
}

export function useHostFigures(): HostUsage | null {
  return useSyncExternalStore(useSubscribe("host"), () => figures.host());
}

export function useHostHistory(): readonly HostUsage[] {
  return useSyncExternalStore(useSubscribe("host"), () => figures.hostHistory());
}
