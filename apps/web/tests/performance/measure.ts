// Figures that do not count waiting: the processor time of the thread that runs a page, which is the same on a busy machine, apart
// from what sharing its caches costs.
import { expect, type CDPSession, type Page } from "@playwright/test";

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** In microseconds: when, how long by the clock, and how long by the processor. */
  ts: number;
  dur?: number;
  tdur?: number;
  args: { name?: string; data?: { isOutermostMainFrame?: boolean; documentLoaderURL?: string } };
}

/** What the main thread of a page has done, in milliseconds of its processor time. */
export class Trace {
  private readonly main: readonly TraceEvent[];

  constructor(private readonly events: readonly TraceEvent[]) {
    const threads = new Map<string, TraceEvent[]>();
    const mains = new Set(events.filter((one) => one.name === "thread_name" && one.args.name === "CrRendererMain").map(threadOf));
    for (const one of events) {
      if (one.ph !== "X" || !mains.has(threadOf(one))) continue;
      threads.set(threadOf(one), [...(threads.get(threadOf(one)) ?? []), one]);
    }
    const busy = (all: readonly TraceEvent[]) => sum(all.filter((one) => one.name === "RunTask").map((one) => one.tdur ?? 0));
    // Chromium keeps a spare renderer; the page is the one that works.
    this.main = [...threads.values()].toSorted((a, b) => busy(b) - busy(a))[0] ?? [];
  }

  /** Of all events with this name that begin in this time; `RunTask` is everything. */
  spent(name: string, since = 0, until = Number.POSITIVE_INFINITY): number {
    return sum(this.named(name, since, until).map((one) => one.tdur ?? 0)) / 1000;
  }

  /** By the clock, the time in which the thread had something to do, or waited for a processor to do it. */
  occupied(since: number, until: number): number {
    return sum(this.named("RunTask", since, until).map((one) => Math.min(one.dur ?? 0, until - one.ts))) / 1000;
  }

  /** When the page began to load, in microseconds. */
  get beginning(): number {
    const began = this.events.findLast((one) => one.name === "navigationStart" && one.args.data?.isOutermostMainFrame === true && one.args.data.documentLoaderURL !== "about:blank");
    if (began === undefined) throw new Error("the trace has no navigation");
    return began.ts;
  }

  private named(name: string, since: number, until: number): readonly TraceEvent[] {
    return this.main.filter((one) => one.name === name && one.ts >= since && one.ts < until);
  }
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export async function trace(page: Page, during: () => Promise<unknown>): Promise<Trace> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("no browser");
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline", "devtools.timeline", "blink.user_timing", "__metadata"] });
  await during();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return new Trace(traceEvents);
}

/** Counts the updates that the first container on screen has rendered: what was sent may have been drawn together. */
export async function countUpdates(page: Page): Promise<() => Promise<number>> {
  const counted = "__updates";
  await expect(page.locator("[role=cell] polyline[points*=' ']").first()).toBeAttached({ timeout: 30_000 });
  await page.evaluate((name) => {
    const curve = document.querySelector("[role=cell] polyline[points]");
    if (curve === null) throw new Error("no container is on screen");
    Object.assign(globalThis, { [name]: 0 });
    const counters = globalThis as unknown as Record<string, number>;
    new MutationObserver((changes) => { counters[name] = (counters[name] ?? 0) + changes.length; }).observe(curve, { attributeFilter: ["points"] });
  }, counted);
  return () => page.evaluate((name) => (globalThis as unknown as Record<string, number>)[name] ?? 0, counted);
}

export interface Memory {
  heap: number;
  nodes: number;
  listeners: number;
}

/** What is still there after everything that nobody needs was thrown away. */
export async function memory(session: CDPSession): Promise<Memory> {
  await session.send("HeapProfiler.collectGarbage");
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const value = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0;
  return { heap: value("JSHeapUsedSize"), nodes: value("Nodes"), listeners: value("JSEventListeners") };
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

/** When a page had painted what it shows, in milliseconds after it began to load: the first text, and the largest. */
export async function paints(page: Page): Promise<{ first: number; largest: number }> {
  return page.evaluate(
    () =>
      new Promise<{ first: number; largest: number }>((resolve, reject) => {
        let [first, largest] = [0, 0];
        new PerformanceObserver((list) => {
          for (const one of list.getEntries()) if (one.name === "first-contentful-paint") first = one.startTime;
        }).observe({ type: "paint", buffered: true });
        let quiet: ReturnType<typeof setTimeout> | undefined;
        new PerformanceObserver((list) => {
          largest = list.getEntries().at(-1)?.startTime ?? largest;
          clearTimeout(quiet);
          quiet = setTimeout(() => resolve({ first, largest }), 1000);
        }).observe({ type: "largest-contentful-paint", buffered: true });
        setTimeout(() => reject(new Error("nothing was painted")), 30_000);
      }),
  );
}
