import type { ReactElement } from "react";
import type { Tone } from "./Chip";
import { classes } from "./classes";
import css from "./Bar.module.css";

/** How much of something is used or done, from 0 to 1. Its text is beside it: the bar alone says nothing to a screen reader. */
export function Bar({ share, tone = "busy", label }: { share: number; tone?: Tone; label: string }): ReactElement {
  const width = `${Math.round(Math.min(Math.max(share, 0), 1) * 100)}%`;
  return (
    <span className={css.bar} role="img" aria-label={label}>
      <span className={classes(css.fill, css[tone])} style={{ width }} />
    </span>
  );
}

/** Units of the drawing for each pixel: whole numbers are written faster than fractions, and a live table writes thousands a second. */
const FINE = 10;
const [WIDTH, HEIGHT] = [60 * FINE, 18 * FINE];

/** A small curve of the last figures, oldest first. */
export function Sparkline({ values, max, label }: { values: readonly number[]; max: number; label: string }): ReactElement {
  const top = Math.max(max, ...values, 1e-9);
  const step = values.length > 1 ? WIDTH / (values.length - 1) : WIDTH;
  let points = "";
  for (const [index, value] of values.entries()) points += `${Math.round(index * step)},${Math.round(HEIGHT - FINE - (value / top) * (HEIGHT - 2 * FINE))} `;
  return (
    <svg className={css.spark} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="60" height="18" role="img" aria-label={label}>
      <polyline points={points} fill="none" stroke="currentColor" strokeWidth={1.25 * FINE} />
    </svg>
  );
}
