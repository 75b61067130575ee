import { CircleAlert, CircleCheck, Info, Moon, TriangleAlert } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { Tone } from "./Chip";
import { classes } from "./classes";
import css from "./Notice.module.css";

const ICONS = { good: CircleCheck, busy: Info, warn: TriangleAlert, bad: CircleAlert, calm: Info, asleep: Moon } as const;

/** A message in the page: what happened, in its tone, with what can be done about it. */
export function Notice({ tone, title, children, actions, live }: {
  tone: Tone;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  /** Read out when it appears: for what follows an action of the person. */
  live?: boolean;
}): ReactElement {
  const Icon = ICONS[tone];
  return (
    <div className={classes(css.notice, css[tone])} role={live === true ? (tone === "bad" ? "alert" : "status") : undefined}>
      <Icon size={16} className={css.icon} aria-hidden />
      <div className={css.text}>
        {title !== undefined && <p className={css.title}>{title}</p>}
        {children}
      </div>
      {actions !== undefined && <div className={css.actions}>{actions}</div>}
    </div>
  );
}
