import type { ComponentProps, ReactElement } from "react";
import css from "./TextButton.module.css";

/** A button that reads like a link: what it opens is not another page, but beside this one. */
export function TextButton(props: Omit<ComponentProps<"button">, "className">): ReactElement {
  return <button type="button" {...props} className={css.button} />;
}
