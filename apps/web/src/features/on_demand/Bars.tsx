import { classes } from "@/ui/classes";
import type { ReactElement, ReactNode } from "react";
import css from "./Bars.module.css";

export type Part = "saved" | "cold" | "running" | "ready" | "failed";

export interface Stack {
  /** Unique among the bars. */
  id: string;
  /** What the bar is about, with its figures: shown when it is pointed at. */
  text: string;
  parts: readonly { part: Part; value: number }[];
}

/** Bars beside each other, each of one or more parts. What they show is also there as a table, for those who do not see it. */
export function Bars({ bars, top, most, from, until, legend, table }: {
  bars: readonly Stack[];
  /** The value of the full height. */
  top: number;
  /** What that is called. */
  most: string;
  from: string;
  until: string;
  legend?: readonly { part: Part; word: ReactNode }[];
  table: ReactElement;
}): ReactElement {
  const full = Math.max(top, Number.EPSILON);
  return (
    <figure className={css.figure}>
      <div className={css.axis} aria-hidden><span>{most}</span></div>
      <div className={css.bars} aria-hidden>
        {bars.map(({ id, text, parts }) => (
          <div key={id} className={css.bar} title={text}>
            {parts.filter(({ value }) => value > 0).map(({ part, value }) => (
              <div key={part} className={classes(css.part, css[part])} style={{ height: `${Math.max(1.5, Math.min(100, (value / full) * 100))}%` }} />
            ))}
          </div>
        ))}
      </div>
      <div className={css.axis} aria-hidden><span>{from}</span><span>{until}</span></div>
      {legend !== undefined && (
        <ul className={css.legend} aria-hidden>
          {legend.map(({ part, word }) => <li key={part}><span className={classes(css.swatch, css[part])} />{word}</li>)}
        </ul>
      )}
      <div className="visually-hidden">{table}</div>
    </figure>
  );
}
