// Turns the history of a stack into what a chart draws: one axis of times, and a row of values for each container.

import { t } from "@lingui/core/macro";
import type { StatisticsHistory, StatisticsPoint, StatisticsSeries, TransferRates } from "@/api/generated";

export type Figure = "cpu" | "memory" | "network" | "disk";

export interface Line {
  label: string;
  /** Which of the containers it is about, from 0: they are told apart by colour. */
  owner: number;
  /** The second of two lines of a container: what goes out, what is written. */
  second: boolean;
  values: (number | null)[];
}

export interface Lines {
  /** Seconds since 1970, ascending, each once. */
  times: number[];
  lines: Line[];
}

/** How far back, and the step that gives some hundred points. */
export const RANGES = {
  hour: { seconds: 3_600, step: "30s", stepSeconds: 30 },
  day: { seconds: 86_400, step: "10m", stepSeconds: 600 },
  week: { seconds: 7 * 86_400, step: "1h", stepSeconds: 3_600 },
} as const;

export type Range = keyof typeof RANGES;

export function labelOf(series: Pick<StatisticsSeries, "service" | "slot">, alone: boolean): string {
  return alone ? series.service : `${series.service} ${series.slot}`;
}

/** One value of each point, and the name of its line, made of that of the container. */
interface Trace {
  name: (container: string) => string;
  pick: (point: StatisticsPoint) => number | null;
}

/** The lines of one figure. Where a container did not run, and where nothing was measured, the line has a gap. */
export function linesOf(history: StatisticsHistory, figure: Figure): Lines {
  const stamps = new Set<number>();
  const step = history.step_seconds;
  for (const { points } of history.series) for (const { at } of points) stamps.add(Math.floor(Date.parse(at) / 1_000 / step) * step);
  const times = withGaps([...stamps].toSorted((a, b) => a - b), step);
  const counts = new Map<string, number>();
  for (const { service } of history.series) counts.set(service, (counts.get(service) ?? 0) + 1);
  const lines = history.series.flatMap((series, owner) => {
    const by = new Map(series.points.map((point) => [Math.floor(Date.parse(point.at) / 1_000 / step) * step, point]));
    const label = labelOf(series, counts.get(series.service) === 1);
    const values = (pick: (point: StatisticsPoint) => number | null) => times.map((time) => { const point = by.get(time); return point === undefined ? null : pick(point); });
    return traces(figure).map(({ name, pick }, index) => ({ label: name(label), owner, second: index > 0, values: values(pick) }));
  });
  return { times, lines };
}

function flow(rate: keyof TransferRates, name: Trace["name"]): Trace {
  return { name, pick: (point) => point.per_second?.[rate] ?? null };
}

function traces(figure: Figure): Trace[] {
  switch (figure) {
    case "cpu":
      return [{ name: (container) => container, pick: (point) => point.cpu_percent }];
    case "memory":
      return [{ name: (container) => container, pick: (point) => point.memory_bytes }];
    case "network":
      return [flow("network_received_bytes", (container) => t`${container} in`), flow("network_sent_bytes", (container) => t`${container} out`)];
    case "disk":
      return [flow("block_read_bytes", (container) => t`${container} read`), flow("block_written_bytes", (container) => t`${container} written`)];
  }
}

/** Puts one time without values into each hole, so that no line is drawn across it. */
function withGaps(times: readonly number[], step: number): number[] {
  const found: number[] = [];
  for (const time of times) {
    const last = found.at(-1);
    if (last !== undefined && time - last > step * 1.5) found.push(last + step);
    found.push(time);
  }
  return found;
}
