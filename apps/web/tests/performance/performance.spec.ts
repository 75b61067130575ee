import { expect, test, type CDPSession, type Page } from "@playwright/test";

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  tdur?: number;
  args: { name?: string };
}

/** Main-thread CPU in milliseconds of everything that the page's thread does while `during` runs. */
async function mainThreadTime(page: Page, during: () => Promise<void>): Promise<number> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("no browser");
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline", "devtools.timeline", "__metadata"] });
  await during();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const busiest = new Map<string, number>();
  const mains = new Set(traceEvents.filter((one) => one.name === "thread_name" && one.args.name === "CrRendererMain").map((one) => `${one.pid}/${one.tid}`));
  for (const one of traceEvents) {
    const thread = `${one.pid}/${one.tid}`;
    if (one.ph !== "X" || one.name !== "RunTask" || !mains.has(thread)) continue;
    busiest.set(thread, (busiest.get(thread) ?? 0) + (one.tdur ?? 0));
  }
  return Math.max(0, ...busiest.values()) / 1000;
}

async function heap(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find((one) => one.name === "JSHeapUsedSize")?.value ?? 0;
}

test("an update of 500 live containers takes less than a frame", async ({ page }) => {
  await page.request.get("/__mock/crowded");
  await page.goto("/containers");
  await expect(page.getByRole("row").nth(5)).toBeVisible();
  await page.waitForTimeout(3000);
  const updates = 10;
  const spent = await mainThreadTime(page, () => page.waitForTimeout(updates * 2000));
  console.log(`${(spent / updates).toFixed(1)} ms of the main thread for each update`);
  expect(spent / updates).toBeLessThan(16);
});

test("memory stays where it is", async ({ page }) => {
  const minutes = Number(process.env["SOAK_MINUTES"] ?? 0.5);
  test.setTimeout(minutes * 60_000 + 60_000);
  await page.request.get("/__mock/crowded");
  await page.goto("/containers");
  await expect(page.getByRole("row").nth(5)).toBeVisible();
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  // The figures of two minutes are kept for the sparklines; until then it grows on purpose.
  await page.waitForTimeout(Math.min(120_000, minutes * 20_000));
  const before = await heap(session);
  await page.waitForTimeout(minutes * 60_000);
  const grown = (await heap(session)) - before;
  console.log(`${(before / 1e6).toFixed(1)} MB, ${(grown / 1e6).toFixed(2)} MB more after ${minutes} minutes`);
  expect(grown).toBeLessThan(4e6);
});

test("the overview is there within a second on a slow machine", async ({ page }) => {
  await page.request.get("/__mock/lively");
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  // The second visit of a browser: its scripts are in the cache.
  await page.goto("/");
  await page.goto("/");
  const paint = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const last = list.getEntries().at(-1);
          if (last !== undefined) setTimeout(() => resolve(last.startTime), 500);
        }).observe({ type: "largest-contentful-paint", buffered: true });
        setTimeout(() => resolve(Number.POSITIVE_INFINITY), 15_000);
      }),
  );
  console.log(`painted after ${paint.toFixed(0)} ms`);
  expect(paint).toBeLessThan(1000);
});
