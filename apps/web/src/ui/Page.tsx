import type { ReactElement, ReactNode } from "react";
import { classes } from "./classes";
import css from "./Page.module.css";

/** The head of a page: what it is about, how it is, and what can be done. `tabs` are a second row. */
export function PageHeader({ title, status, meta, actions, tabs }: {
  title: ReactNode;
  status?: ReactNode;
  meta?: ReactNode;
  actions?: ReactNode;
  tabs?: ReactNode;
}): ReactElement {
  return (
    <header className={css.header}>
      <div className={css.row}>
        <div className={css.heading}>
          <h1 className={css.title}>{title}</h1>
          {status}
        </div>
        {actions !== undefined && <div className={css.actions}>{actions}</div>}
      </div>
      {meta !== undefined && <div className={css.meta}>{meta}</div>}
      {tabs}
    </header>
  );
}

export function Page({ children, wide }: { children: ReactNode; wide?: boolean }): ReactElement {
  return <div className={classes(css.page, wide === true && css.widePage)}>{children}</div>;
}

/** A part of a page with a heading of its own. `flush` lets a table reach the edges. */
export function Panel({ title, actions, flush, children, id }: {
  title?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  children: ReactNode;
  id?: string;
}): ReactElement {
  return (
    <section className={css.panel} id={id}>
      {(title !== undefined || actions !== undefined) && (
        <div className={css.panelHead}>
          {title !== undefined && <h2>{title}</h2>}
          {actions !== undefined && <div className={css.actions}>{actions}</div>}
        </div>
      )}
      <div className={flush === true ? css.flush : css.panelBody}>{children}</div>
    </section>
  );
}

/** The row of filters above a list. */
export function Toolbar({ children }: { children: ReactNode }): ReactElement {
  return <div className={css.toolbar}>{children}</div>;
}

/** Names and values, in two columns. */
export function Facts({ items }: { items: readonly { name: ReactNode; value: ReactNode; id?: string }[] }): ReactElement {
  return (
    <dl className={css.facts}>
      {items.map((item, index) => (
        <div key={item.id ?? index} className={css.fact}>
          <dt>{item.name}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
