import type { Stack, StackListItem } from "@/api/generated";
import { COMMAND_KINDS } from "@/text/kinds";
import { commandLook, HEALTHS, STACK_STATES } from "@/text/states";
import { Ago } from "@/text/Ago";
import { Hint } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { openProgress } from "@/features/commands/progress";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import css from "./StackChips.module.css";

type Versions = Pick<Stack, "latest_version" | "current_version">;

/** Saved, applied and running are three things. This shows them apart, in one place and in the same order everywhere. */
export function VersionTriple({ versions, drift, of }: {
  versions: Versions;
  drift: boolean;
  /** The stack to whose services the word for drift leads, where that is another page. */
  of?: string;
}): ReactElement {
  const { t } = useLingui();
  const { latest_version: saved, current_version: applied } = versions;
  const chip = <Chip tone="warn"><Trans>drift</Trans></Chip>;
  return (
    <span className={css.triple}>
      <Hint text={t`The newest saved version`}><span>v{saved}</span></Hint>
      <span aria-hidden className={css.arrow}>→</span>
      {applied === null ? (
        <Hint text={t`No version has been applied yet`}><span className={css.none}><Trans>not applied</Trans></span></Hint>
      ) : (
        <Hint text={saved === applied ? t`The newest version is applied` : t`An older version is applied`}>
          <span className={saved === applied ? undefined : css.behind}>v{applied}</span>
        </Hint>
      )}
      {drift && (
        <Hint text={t`What runs differs from the applied version`}>
          {of === undefined ? <span>{chip}</span> : <Link to="/stacks/$stackId" params={{ stackId: of }} className={css.drift}>{chip}</Link>}
        </Hint>
      )}
    </span>
  );
}

export function StackStateChip({ stack }: { stack: Pick<StackListItem, "state" | "health" | "containers"> }): ReactElement {
  const { t } = useLingui();
  const { tone, word } = STACK_STATES[stack.state];
  const sick = stack.health === "unhealthy" && stack.state !== "degraded";
  return (
    <span className={css.row}>
      <Chip tone={tone}>{t(word)}</Chip>
      {sick && <Chip tone="bad">{t(HEALTHS.unhealthy.word)}</Chip>}
      <Containers stack={stack} />
    </span>
  );
}

/** How many of its containers run. Where all is well, those that do not run have done their work. */
function Containers({ stack: { state, containers } }: { stack: Pick<StackListItem, "state" | "containers"> }): ReactElement | null {
  const { up, total } = containers;
  if (total === 0) return null;
  const done = total - up;
  if (state === "completed") return <span className={css.count}>{total}</span>;
  if (state === "running" && done > 0) return <span className={css.count}>{plural(done, { one: `${up}, # completed`, other: `${up}, # completed` })}</span>;
  // Of those that there are all run, but some are not there.
  if (state === "partial" && done === 0) return <span className={css.count}>{plural(up, { one: "# container", other: "# containers" })}</span>;
  return <span className={css.count}>{up}/{total}</span>;
}

/** The newest command of a stack; opens its progress. */
export function LastCommand({ command }: { command: StackListItem["last_command"] }): ReactElement {
  const { t } = useLingui();
  if (command === null) return <span className={css.none}>–</span>;
  const { tone, word } = commandLook(command);
  const kind = t(COMMAND_KINDS[command.kind]);
  const title = command.version === null ? kind : `${kind} v${command.version}`;
  const status = t(word);
  return (
    <button type="button" className={css.command} onClick={() => openProgress(command.command_id)}>
      <Chip tone={tone}>{t`${title}: ${status}`}</Chip>
      <span className={css.when}><Ago at={command.finished_at ?? command.created_at} /></span>
    </button>
  );
}
