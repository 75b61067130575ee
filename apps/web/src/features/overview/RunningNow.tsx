import type { Command } from "@/api/generated";
import { Progress, StackName } from "@/features/commands/CommandView";
import { commandTitle } from "@/features/commands/QueuePage";
import { openProgress } from "@/features/commands/progress";
import { COMMAND_KINDS } from "@/text/kinds";
import { Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import css from "./RunningNow.module.css";

/** What the worker does at this moment; nothing if it does nothing. */
export function RunningNow({ commands, pending }: { commands: readonly Command[]; pending: number }): ReactElement | null {
  const { t } = useLingui();
  if (commands.length === 0) return null;
  return (
    <Panel
      title={<Trans>Running now</Trans>}
      actions={pending > 0 && <Link to="/queue">{plural(pending, { one: "# command waits", other: "# commands wait" })}</Link>}
    >
      {commands.map((command) => (
        <div key={command.command_id} className={css.command}>
          <span className={css.line}>
            <button type="button" className={css.name} onClick={() => openProgress(command.command_id)}>
              {commandTitle(command, t(COMMAND_KINDS[command.kind]))}
            </button>
            {command.stack_id !== null && <StackName id={command.stack_id} />}
          </span>
          <Progress command={command} />
        </div>
      ))}
    </Panel>
  );
}
