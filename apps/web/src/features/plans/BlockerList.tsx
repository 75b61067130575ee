import type { Blocker } from "@/api/generated";
import { Said } from "@/text/said";
import { Notice } from "@/ui/Notice";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import type { ReactElement } from "react";
import css from "./BlockerList.module.css";

/** What prevents a plan from being carried out, and what helps. */
export function BlockerList({ blockers }: { blockers: readonly Blocker[] }): ReactElement {
  useLingui();
  return (
    <Notice tone="bad" title={plural(blockers.length, { one: "This prevents it", other: "These # things prevent it" })}>
      <ul className={css.items}>
        {blockers.map((blocker) => (
          <li key={`${blocker.code} ${blocker.subject}`}>
            <p><Said message={blocker.message} /></p>
            {blocker.hint !== null && <p className={css.hint}><Said message={blocker.hint} /></p>}
            <p className={css.hint}><code>{blocker.code}</code></p>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
