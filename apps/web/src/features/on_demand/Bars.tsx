import { classes } from "@/ui/classes";
import { useState, type ReactElement, type ReactNode } from "react";
import css from "./Bars.module.css";

export type Part = "saved" | "cold" | "running" | "ready" | "failed";

export interface Stack {
  /** Unique among the bars. */
  id: string;
  /** What the bar is about, with its figures: shown when it is pointed at. */
  text: string;
  /** Its figure alone, for above it; it stands there while there is room. */
  value?: string;
  parts: readonly { part: Part; value: number }[];
}

/** As many bars have room for their figures, also on a phone. */
const WITH_VALUES = 7;

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
  // A finger points, too, and what it has pointed at stays.
  const [pointed, setPointed] = useState<string | null>(null);
  const full = Math.max(top, Number.EPSILON);
  const values = bars.length <= WITH_VALUES && bars.every(({ value }) => value !== undefined);
  const text = bars.find(({ id }) => id === pointed)?.text;
  return (
    <figure className={css.figure}>
      {!values && <div className={css.axis} aria-hidden><span>{most}</span><span className={css.pointed}>{text}</span></div>}
      <div className={classes(css.bars, values ? css.valued : css.topped)} aria-hidden onPointerLeave={({ pointerType }) => { if (pointerType === "mouse") setPointed(null); }}>
        {bars.map(({ id, value, parts }) => (
          <div key={id} className={classes(css.bar, id === pointed && css.here)} onPointerEnter={() => setPointed(id)}>
            {values && <span className={css.value}>{value}</span>}
            {parts.filter((each) => each.value > 0).map(({ part, value: size }) => (
              <div key={part} className={classes(css.part, css[part])} style={{ height: `${Math.max(1.5, Math.min(100, (size / full) * 100))}%` }} />
            ))}
          </div>
        ))}
      </div>
      <div className={css.axis} aria-hidden><span>{from}</span>{values && <span className={css.pointed}>{text}</span>}<span>{until}</span></div>
      {legend !== undefined && (
        <ul className={css.legend} aria-hidden>
          {legend.map(({ part, word }) => <li key={part}><span className={classes(css.swatch, css[part])} />{word}</li>)}
        </ul>
      )}
      <div className="visually-hidden">{table}</div>
    </figure>
  );
}
