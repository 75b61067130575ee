// Where the marks of a chart stand, and what stands beside them: round numbers, each told apart from the next.

import { bytes, bytesAlike, percent, rate } from "@/text/sizes";
import type { Figure } from "./series";

/** The distances between marks of bytes: 64 MiB and 128 MiB, and not 95.4 MiB. */
const BINARY = Array.from({ length: 50 }, (_, power) => 2 ** power);

/** The distances between marks of shares in percent. None of them needs a second digit behind the point. */
const SHARES = [0.1, 0.2, 0.5, ...[1, 10, 100, 1_000].flatMap((size) => [size, 2 * size, 5 * size])];

/** The distances between marks of time in seconds. A label has no seconds, so none is below a minute. */
export const TIMES = [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800];

export interface Axis {
  /** Possible distances between two marks, ascending. */
  steps: readonly number[];
  /** What stands beside the marks. */
  marks: (values: readonly number[]) => string[];
  /** A single value. */
  value: (value: number) => string;
}

const share = (values: readonly number[]): string[] => values.map((value) => percent(value));
const speeds = (values: readonly number[]): string[] => bytesAlike(values).map((text) => `${text}/s`);

/** Of each figure the axis of its values. */
export const AXES: Record<Figure, Axis> = {
  cpu: { steps: SHARES, marks: share, value: percent },
  memory: { steps: BINARY, marks: bytesAlike, value: bytes },
  network: { steps: BINARY, marks: speeds, value: rate },
  disk: { steps: BINARY, marks: speeds, value: rate },
};
