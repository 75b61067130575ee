import type { Command } from "@/api/generated";
import { CommandActions } from "@/features/commands/CommandActions";
import { WaysOut } from "@/features/commands/Blocker";
import { useCommandName } from "@/features/commands/naming";
import { openProgress, progress } from "@/features/commands/progress";
import { Ago } from "@/text/Ago";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Trans } from "@lingui/react/macro";
import { useSyncExternalStore, type ReactElement } from "react";
import css from "./services/Notes.module.css";

/** Why a command of the stack failed, what can be done about it, and what waits for that. */
export function FailedCommand({ command, applied, waiting }: { command: Command; applied: number | null; waiting?: Command | undefined }): ReactElement {
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
          <CommandActions command={command} rollbackTo={applied} />
        </>
      }
    >
      {!told && failure !== null && <p><Said message={failure.message} /></p>}
      {!told && failure?.hint !== undefined && failure.hint !== null && <p className={css.soft}><Said message={failure.hint} /></p>}
      {waiting !== undefined && waiting.waits_behind !== null && <WaysOut name={nameOf(command)} next={nameOf(waiting)} />}
    </Notice>
  );
}

function Title({ command }: { command: Command }): ReactElement {
  const name = useCommandName()(command);
  return <Trans>“{name}” failed <Ago at={command.timestamps.finished_at ?? command.timestamps.created_at} /></Trans>;
}
