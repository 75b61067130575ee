import type { ReactElement, ReactNode } from "react";
import { classes } from "./classes";
import css from "./Rows.module.css";

/** A list of things that need more than the cells of a table, one below the other. `ordered` where their order means something. */
export function Rows({ ordered, children }: { ordered?: boolean; children: ReactNode }): ReactElement {
  return ordered === true ? <ol>{children}</ol> : <ul>{children}</ul>;
}

/** One of them: a mark or a number in front, its lines, and what can be done about it, which on a phone stands below. */
export function Row({ lead, actions, children }: { lead?: ReactNode; actions?: ReactNode; children: ReactNode }): ReactElement {
  return (
    <li className={classes(css.row, lead !== undefined && css.led)}>
      {lead}
      <div className={css.text}>{children}</div>
      {actions !== undefined && <div className={css.actions}>{actions}</div>}
    </li>
  );
}

/** A line of a row: names, chips and times, which wrap where there is no room. */
export function RowLine({ children }: { children: ReactNode }): ReactElement {
  return <div className={css.line}>{children}</div>;
}

/** What is said more quietly than the rest, or in the colour of a failure. */
export function RowNote({ bad, children }: { bad?: boolean; children: ReactNode }): ReactElement {
  return <div className={bad === true ? css.bad : css.note}>{children}</div>;
}
