import type { Command } from "@/api/generated";
import { CommandActions } from "@/features/commands/CommandActions";
import { openProgress } from "@/features/commands/progress";
import { COMMAND_KINDS } from "@/text/kinds";
import { Ago } from "@/text/Ago";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./services/Notes.module.css";

/** Why a command of the stack failed, with what can be done about it. */
export function FailedCommand({ command, applied }: { command: Command; applied: number | null }): ReactElement {
  const { failure } = command;
  return (
    <Notice
      tone="bad"
      title={<Title command={command} />}
      actions={
        <>
          <Button small onClick={() => openProgress(command.command_id)}><Trans>Show</Trans></Button>
          <CommandActions command={command} rollbackTo={applied} />
        </>
      }
    >
      {failure !== null && <p><Said message={failure.message} /></p>}
      {failure?.hint !== undefined && failure.hint !== null && <p className={css.soft}><Said message={failure.hint} /></p>}
    </Notice>
  );
}

function Title({ command }: { command: Command }): ReactElement {
  const { t } = useLingui();
  const kind = t(COMMAND_KINDS[command.kind]);
  const since = command.timestamps.finished_at ?? command.timestamps.created_at;
  return command.version === null ? (
    <Trans>“{kind}” failed <Ago at={since} /></Trans>
  ) : (
    <Trans>“{kind} v{command.version}” failed <Ago at={since} /></Trans>
  );
}
