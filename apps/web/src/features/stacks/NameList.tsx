import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { useState, type ReactElement } from "react";
import { Button } from "@/ui/Button";
import css from "./NameList.module.css";

const SHOWN = 12;

/** Names of the machine, as many as fit a glance; the rest when it is asked for. */
export function NameList({ names }: { names: readonly string[] }): ReactElement {
  useLingui();
  const [all, setAll] = useState(false);
  const rest = names.length - SHOWN;
  const shown = all || rest <= 1 ? names : names.slice(0, SHOWN);
  return (
    <ul className={css.names}>
      {shown.map((name) => <li key={name}><code>{name}</code></li>)}
      {shown.length < names.length && (
        <li><Button small look="quiet" onClick={() => setAll(true)}>{plural(rest, { one: "and # more", other: "and # more" })}</Button></li>
      )}
    </ul>
  );
}
