import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { plural } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { isChanged } from "./choices";
import { useWizard, type Base } from "./context";
import css from "./EditNotices.module.css";

const SHOWN = 40;

/** What is changed, what stays, and whether somebody was faster. */
export function EditNotices({ base, onContinue, onRestart }: {
  base: Base;
  /** Goes on with the same choices on another version. */
  onContinue: (version: number) => void;
  /** Goes back to what the version has. */
  onRestart: () => void;
}): ReactElement {
  const { choices } = useWizard();
  const { stack, version, unknown } = base;
  const latest = stack.latest_version;
  const changed = isChanged(choices, base.choices);
  return (
    <>
      <h2 className="visually-hidden"><Trans>Change v{version} with the wizard</Trans></h2>
      {latest > version && (
        <Notice tone="warn" title={<Trans>There is a newer version, v{latest}</Trans>} actions={<Button onClick={() => onContinue(latest)}><Trans>Continue on v{latest}</Trans></Button>}>
          <p><Trans>You are changing v{version}. Your choices can be taken along.</Trans></p>
        </Notice>
      )}
      <Notice tone="calm" title={<Trans>You are changing v{version}</Trans>} actions={changed ? <Button small onClick={onRestart}><Trans>Undo all changes</Trans></Button> : undefined}>
        {choices.components.length === 0 && base.choices.components.length === 0 ? (
          <p><Trans>This stack was not made with the wizard. What you add here is written into its compose file; everything else stays as it is.</Trans></p>
        ) : (
          <p><Trans>Only what you choose is changed in the compose file: comments, order and what was written by hand stay.</Trans></p>
        )}
        {unknown.length > 0 && (
          <details className={css.unknown}>
            <summary>{plural(unknown.length, { one: "# place that the wizard did not write and keeps", other: "# places that the wizard did not write and keeps" })}</summary>
            <ul>
              {unknown.slice(0, SHOWN).map((path) => <li key={path}><code>{path}</code></li>)}
              {unknown.length > SHOWN && <li><Trans>and {unknown.length - SHOWN} more</Trans></li>}
            </ul>
          </details>
        )}
      </Notice>
    </>
  );
}
