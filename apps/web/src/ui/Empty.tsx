import { useRef, type ReactElement, type ReactNode } from "react";
import css from "./Empty.module.css";
import { useTitleOf } from "./title";

/** What is shown where a list is empty: what would be here, and how it gets here. */
export function Empty({ icon, title, page, children, actions }: {
  icon?: ReactNode;
  title: ReactNode;
  /** It is all there is on the page: its title is the heading of the page. */
  page?: boolean;
  children?: ReactNode;
  actions?: ReactNode;
}): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useTitleOf(heading);
  return (
    <div className={css.empty}>
      {icon !== undefined && <span className={css.icon} aria-hidden>{icon}</span>}
      {page === true ? <h1 ref={heading} className={css.title}>{title}</h1> : <p className={css.title}>{title}</p>}
      {children !== undefined && <div className={css.text}>{children}</div>}
      {actions !== undefined && <div className={css.actions}>{actions}</div>}
    </div>
  );
}

/** Grey lines where text will be, while it is being fetched. */
export function Skeleton({ lines = 3, label }: { lines?: number; label: string }): ReactElement {
  return (
    <div className={css.skeleton} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className={css.line} />
      ))}
    </div>
  );
}
