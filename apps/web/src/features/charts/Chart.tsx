import { axisTimes, clockTime } from "@/text/dates";
import { t } from "@lingui/core/macro";
import { useEffect, useRef, useState, type ReactElement } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { TIMES, type Axis } from "./axes";
import type { Lines } from "./series";
import css from "./Chart.module.css";

const HEIGHT = 190;
/** Told apart in both themes, and by those who do not tell red from green. */
const COLOURS = ["#2a80c8", "#d08b13", "#2c9a5a", "#a457c0", "#0f9aa3", "#d1487c", "#8a95a3", "#b06a2c", "#6f7fdb", "#7c9a12"];

/** The second line of a container beside its first: what goes out beside what comes in. */
const DASH = [4, 3];

/** Room at the end for half of the last label of time, such as "30 Nov" or "11:45 PM". */
const ROOM = 32;

/** A chart of lines over time. Its figures are also there as a table, for those who do not see it. */
export default function Chart({ lines, axis, label }: { lines: Lines; axis: Axis; label: string }): ReactElement {
  return (
    <figure className={css.figure}>
      <Plot key={JSON.stringify(lines.lines.map((line) => line.label))} lines={lines} axis={axis} />
      <Table lines={lines} format={axis.value} label={label} />
    </figure>
  );
}

/** Made once for the same lines: new figures go into the plot that is there, under the pointer of whoever reads it. */
function Plot({ lines, axis }: { lines: Lines; axis: Axis }): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const [drawn] = useState(() => lines.lines);
  const [plot, setPlot] = useState<UPlot | null>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const made = new UPlot(options(element, drawn, axis), undefined, element);
    setPlot(made);
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    const redraw = () => made.redraw();
    const theme = new MutationObserver(redraw);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", redraw);
    return () => {
      observer.disconnect();
      theme.disconnect();
      system.removeEventListener("change", redraw);
      made.destroy();
    };
  }, [drawn, axis]);
  useEffect(() => plot?.setData(data(lines)), [plot, lines]);
  return <div ref={host} className={css.chart} aria-hidden />;
}

function data(lines: Lines): UPlot.AlignedData {
  return [lines.times, ...lines.lines.map((line) => line.values)];
}

/** What the legend says while nobody points: the newest value. */
function newest(plot: UPlot, series: number): number | null {
  const values: readonly (number | null | undefined)[] = Array.from(plot.data[series] ?? []);
  return values.findLast((value) => value !== null && value !== undefined) ?? null;
}

function options(element: HTMLElement, lines: Lines["lines"], { steps, marks, value: format }: Axis): UPlot.Options {
  const axis: UPlot.Axis = { stroke: () => getComputedStyle(element).color, grid: { stroke: () => lineColour(element), width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    cursor: { drag: { x: false, y: false } },
    legend: { live: true },
    padding: [8, ROOM, 0, 0],
    scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] } },
    axes: [
      { ...axis, size: 28, space: 80, incrs: TIMES, values: (_, splits) => axisTimes(splits.map((split) => split * 1_000)) },
      { ...axis, size: 72, incrs: [...steps], values: (_, splits) => marks(splits) },
    ],
    series: [
      { label: t`Time`, value: (plot, time: number | null) => { const at = time ?? newest(plot, 0); return at === null ? "" : clockTime(at * 1_000); } },
      ...lines.map(({ label, owner, second }): UPlot.Series => ({
        label,
        stroke: COLOURS[owner % COLOURS.length],
        ...(second && { dash: DASH }),
        width: 1.5,
        spanGaps: false,
        points: { show: false },
        value: (plot, value: number | null, series, at: number | null) => { const shown = at === null ? newest(plot, series) : value; return shown === null || shown === undefined ? "–" : format(shown); },
      })),
    ],
  };
}

/** A resolved colour: the canvas does not know `light-dark()`. */
function lineColour(element: HTMLElement): string {
  return getComputedStyle(element).borderTopColor;
}

function Table({ lines, format, label }: { lines: Lines; format: (value: number) => string; label: string }): ReactElement {
  return (
    <table className="visually-hidden">
      <caption>{label}</caption>
      <tbody>
        {lines.lines.map((line) => {
          const last = line.values.findLast((value) => value !== null);
          return <tr key={line.label}><th scope="row">{line.label}</th><td>{last === undefined || last === null ? "–" : format(last)}</td></tr>;
        })}
      </tbody>
    </table>
  );
}
