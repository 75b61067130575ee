import type { ReactElement, ReactNode } from "react";
import css from "./FloatingBar.module.css";

/** Stays in view at the end of a page: what is to be decided about everything above. `note` stands over the row. */
export function FloatingBar({ label, note, children }: { label: string; note?: ReactNode; children: ReactNode }): ReactElement {
  return (
    <section className={css.bar} aria-label={label}>
      {note !== undefined && <div className={css.note}>{note}</div>}
      <div className={css.row}>{children}</div>
    </section>
  );
}
