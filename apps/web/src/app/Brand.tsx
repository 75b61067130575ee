import type { ReactElement } from "react";
import css from "./Brand.module.css";

/** The name of the product with its mark. */
export function Brand(): ReactElement {
  return (
    <span className={css.brand}>
      <img src="/favicon.svg" width="22" height="22" alt="" />
      Core Monitor
    </span>
  );
}
