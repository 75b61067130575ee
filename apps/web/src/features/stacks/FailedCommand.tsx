import type { Command, Drift } from "@/api/generated";
import { WaysOut } from "@/features/commands/Blocker";
import { useCommandName } from "@/features/commands/naming";
import { openProgress, progress } from "@/features/commands/progress";
import { Ago } from "@/text/Ago";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import { useSyncExternalStore, type ReactElement } from "react";
import { FailedActions } from "./FailedActions";
import { DriftPlaces } from "./services/DriftPlaces";
import { countPlaces } from "./services/drift";
import css from "./services/Notes.module.css";

/** Why a command of the stack failed, what can be done about it, and what waits for that. */
export function FailedCommand({ command, applied, drift, waiting }: {
  command: Command;
  applied: number | null;
  /** How what runs differs from the applied version: it is what the command has left. */
  drift: Drift | null;
  waiting?: Command | undefined;
}): ReactElement {
  const { failure } = command;
  const nameOf = useCommandName();
  // What is told beside the page in full is not told here once more.
  const told = useSyncExternalStore(progress.subscribe, progress.openId) === command.command_id;
  return (
    <Notice
      tone="bad"
      title={<Title command={command} />}
      actions={
        <>
          {!told && <Button small onClick={() => openProgress(command.command_id)}><Trans>Show</Trans></Button>}
          <FailedActions command={command} first={!told} />
        </>
      }
    >
      {!told && failure !== null && <p><Said message={failure.message} /></p>}
      {!told && failure?.hint !== undefined && failure.hint !== null && <p className={css.soft}><Said message={failure.hint} /></p>}
      {applied !== null && drift?.drifted === true && <Left drift={drift} applied={applied} />}
      {waiting !== undefined && waiting.waits_behind !== null && <WaysOut name={nameOf(command)} next={nameOf(waiting)} />}
    </Notice>
  );
}

/** What the command has left behind, in the place where drift is told at other times. */
function Left({ drift, applied }: { drift: Drift; applied: number }): ReactElement {
  useLingui();
  return (
    <details className={css.steps}>
      <summary>
        {plural(countPlaces(drift), {
          one: `What it has left differs from the applied v${applied} in # place`,
          other: `What it has left differs from the applied v${applied} in # places`,
        })}
      </summary>
      <DriftPlaces drift={drift} />
    </details>
  );
}

function Title({ command }: { command: Command }): ReactElement {
  const name = useCommandName()(command);
  return <Trans>“{name}” failed <Ago at={command.timestamps.finished_at ?? command.timestamps.created_at} /></Trans>;
}
