import { axisTimes, clockTime } from "@/text/dates";
import { t } from "@lingui/core/macro";
import { useEffect, useRef, useState, type ReactElement } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Lines } from "./series";
import css from "./Chart.module.css";

const HEIGHT = 190;
/** Told apart in both themes, and by those who do not tell red from green. */
const COLOURS = ["#2a80c8", "#d08b13", "#2c9a5a", "#a457c0", "#0f9aa3", "#d1487c", "#8a95a3", "#b06a2c"];

/** A chart of lines over time. Its figures are also there as a table, for those who do not see it. */
export default function Chart({ lines, format, label }: { lines: Lines; format: (value: number) => string; label: string }): ReactElement {
  return (
    <figure className={css.figure}>
      <Plot key={JSON.stringify(lines.lines.map((line) => line.label))} lines={lines} format={format} />
      <Table lines={lines} format={format} label={label} />
    </figure>
  );
}

/** Made once for the same lines: new figures go into the plot that is there, under the pointer of whoever reads it. */
function Plot({ lines, format }: { lines: Lines; format: (value: number) => string }): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const [labels] = useState(() => lines.lines.map((line) => line.label));
  const [plot, setPlot] = useState<UPlot | null>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const made = new UPlot(options(element, labels, format), undefined, element);
    setPlot(made);
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    const theme = new MutationObserver(() => made.redraw());
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      observer.disconnect();
      theme.disconnect();
      made.destroy();
    };
  }, [labels, format]);
  useEffect(() => plot?.setData(data(lines)), [plot, lines]);
  return <div ref={host} className={css.chart} aria-hidden />;
}

function data(lines: Lines): UPlot.AlignedData {
  return [lines.times, ...lines.lines.map((line) => line.values)];
}

function options(element: HTMLElement, labels: readonly string[], format: (value: number) => string): UPlot.Options {
  const axis: UPlot.Axis = { stroke: () => getComputedStyle(element).color, grid: { stroke: () => lineColour(element), width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    cursor: { drag: { x: false, y: false } },
    legend: { live: true },
    scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] } },
    axes: [
      { ...axis, values: (_, splits) => axisTimes(splits.map((split) => split * 1_000)) },
      { ...axis, size: 72, values: (_, splits) => splits.map(format) },
    ],
    series: [
      { label: t`Time`, value: (_, time) => (time === null ? "" : clockTime(time * 1_000, Date.now())) },
      ...labels.map((label, index): UPlot.Series => ({
        label,
        stroke: COLOURS[index % COLOURS.length],
        width: 1.5,
        spanGaps: false,
        points: { show: false },
        value: (_, value) => (value === null ? "–" : format(value)),
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
