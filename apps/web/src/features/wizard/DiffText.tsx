import { useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./DiffText.module.css";

/** A unified diff. Its signs stay, so that nothing depends on the colours. */
export function DiffText({ text }: { text: string }): ReactElement {
  const { t } = useLingui();
  return (
    <pre className={css.diff} tabIndex={0} role="region" aria-label={t`Changed lines`}>
      {text.trimEnd().split("\n").map((line, index) => <span key={index} className={css[kindOf(line)]}>{line === "" ? " " : line}{"\n"}</span>)}
    </pre>
  );
}

function kindOf(line: string): "head" | "added" | "removed" | "same" {
  if (line.startsWith("@@") || line.startsWith("+++") || line.startsWith("---")) return "head";
  return line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same";
}
