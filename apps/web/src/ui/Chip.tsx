import type { ReactElement, ReactNode } from "react";
import { classes } from "./classes";
import css from "./Chip.module.css";

/** How urgent something is. `src/text/states.ts` says which state of the API has which tone. */
export type Tone = "good" | "busy" | "warn" | "bad" | "calm" | "asleep";

/** A short word on a quiet background. The mark repeats the tone for those who do not see colours: each has its own shape. */
export function Chip({ tone = "calm", mark = true, children }: { tone?: Tone; mark?: boolean; children: ReactNode }): ReactElement {
  return (
    <span className={classes(css.chip, css[tone])}>
      {mark && <Mark tone={tone} />}
      {children}
    </span>
  );
}

/** Good is a full circle, busy a turning arc, warn a triangle, bad a square on its corner, calm a ring, asleep a moon. */
export function Mark({ tone }: { tone: Tone }): ReactElement {
  return (
    <svg className={classes(css.mark, css[`${tone}Mark`])} width="10" height="10" viewBox="0 0 10 10" aria-hidden>
      {tone === "good" && <circle cx="5" cy="5" r="4" fill="currentColor" />}
      {tone === "calm" && <circle cx="5" cy="5" r="3.25" fill="none" stroke="currentColor" strokeWidth="1.5" />}
      {tone === "busy" && <path d="M5 1.5A3.5 3.5 0 1 1 1.5 5" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />}
      {tone === "warn" && <path d="M5 1 9.4 9H.6Z" fill="currentColor" />}
      {tone === "bad" && <path d="M5 .5 9.5 5 5 9.5.5 5Z" fill="currentColor" />}
      {tone === "asleep" && <path d="M9.4 6.2A4.6 4.6 0 1 1 4 .6 3.7 3.7 0 0 0 9.4 6.2Z" fill="currentColor" />}
    </svg>
  );
}
