import { useRef, type ReactElement, type ReactNode } from "react";
import { classes } from "./classes";
import css from "./Page.module.css";
import { useTitleOf } from "./title";

/**
 * The head of a page: what it is about, how it is, and what can be done. `tabs` are a second row. The page is called as its title in the
 * browser too, with the open `part` before and what it is a part `of` behind it.
 */
export function PageHeader({ title, part, of, status, meta, actions, tabs }: {
  title: ReactNode;
  part?: string | undefined;
  of?: string | undefined;
  status?: ReactNode;
  meta?: ReactNode;
  actions?: ReactNode;
  tabs?: ReactNode;
}): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useTitleOf(heading, { part, of });
  return (
    <header className={css.header}>
      <div className={css.row}>
        <div className={css.heading}>
          <h1 ref={heading} className={css.title}>{title}</h1>
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
