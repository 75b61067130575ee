import type { ComponentProps, ReactElement, ReactNode } from "react";
import { classes } from "./classes";
import css from "./Button.module.css";

/** A link that looks like a button: it leads somewhere, and can be opened in another tab. */
export function AnchorButton({ look = "default", small, icon, children, className, ...rest }: ComponentProps<"a"> & {
  look?: "primary" | "default" | "quiet";
  small?: boolean;
  icon?: ReactNode;
}): ReactElement {
  return (
    <a {...rest} className={classes(css.button, css[look], small === true && css.small, children === undefined && css.square, className)}>
      {icon}
      {children}
    </a>
  );
}
