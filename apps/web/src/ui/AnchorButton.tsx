import type { ComponentProps, ReactElement, ReactNode } from "react";
import { classes } from "./classes";
import { Button } from "./Button";
import css from "./Button.module.css";

/** A link that looks like a button: it leads somewhere, and can be opened in another tab. Where it leads nowhere now, it is a button that says why. */
export function AnchorButton({ look = "default", small, icon, children, className, disabledReason, ...rest }: ComponentProps<"a"> & {
  look?: "primary" | "default" | "quiet";
  small?: boolean;
  icon?: ReactNode;
  disabledReason?: ReactNode;
}): ReactElement {
  if (disabledReason !== undefined && disabledReason !== null && disabledReason !== false) {
    return <Button look={look} small={small === true} icon={icon} disabledReason={disabledReason} aria-label={rest["aria-label"]}>{children}</Button>;
  }
  return (
    <a {...rest} className={classes(css.button, css[look], small === true && css.small, children === undefined && css.square, className)}>
      {icon}
      {children}
    </a>
  );
}
