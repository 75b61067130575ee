// Turns the history of a stack into what a chart draws: one axis of times, and a row of values for each container.

import type { StatisticsHistory, StatisticsPoint, StatisticsSeries, TransferRates } from "@/api/generated";

export type Figure = "cpu" | "memory" | "network" | "disk";

export interface Lines {
  /** Seconds since 1970, ascending, each once. */
  times: number[];
  lines: { label: string; values: (number | null)[] }[];
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

/** One value of each point, and what is added to the name of its line. */
interface Trace {
  suffix: string;
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
  const lines = history.series.flatMap((series) => {
    const by = new Map(series.points.map((point) => [Math.floor(Date.parse(point.at) / 1_000 / step) * step, point]));
    const label = labelOf(series, counts.get(series.service) === 1);
    const values = (pick: (point: StatisticsPoint) => number | null) => times.map((time) => { const point = by.get(time); return point === undefined ? null : pick(point); });
    return picks(figure).map(({ suffix, pick }) => ({ label: suffix === "" ? label : `${label} ${suffix}`, values: values(pick) }));
  });
  return { times, lines };
}

function flow(suffix: string, name: keyof TransferRates): Trace {
  return { suffix, pick: (point) => point.per_second?.[name] ?? null };
}

function picks(figure: Figure): Trace[] {
  switch (figure) {
    case "cpu":
      return [{ suffix: "", pick: (point) => point.cpu_percent }];
    case "memory":
      return [{ suffix: "", pick: (point) => point.memory_bytes }];
    case "network":
      return [flow("↓", "network_received_bytes"), flow("↑", "network_sent_bytes")];
    case "disk":
      return [flow("R", "block_read_bytes"), flow("W", "block_written_bytes")];
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
