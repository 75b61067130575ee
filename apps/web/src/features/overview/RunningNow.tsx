import type { Command } from "@/api/generated";
import { Progress } from "@/features/commands/CommandView";
import { StackName } from "@/features/stacks/StackName";
import { commandTitle } from "@/features/commands/QueuePage";
import { openProgress } from "@/features/commands/progress";
import { COMMAND_KINDS } from "@/text/kinds";
import { Panel } from "@/ui/Page";
import { Row, RowLine, Rows } from "@/ui/Rows";
import { TextButton } from "@/ui/TextButton";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

/** What the worker does at this moment; nothing if it does nothing. */
export function RunningNow({ commands, pending }: { commands: readonly Command[]; pending: number }): ReactElement | null {
  const { t } = useLingui();
  if (commands.length === 0) return null;
  return (
    <Panel
      title={<Trans>Running now</Trans>}
      actions={pending > 0 && <Link to="/queue">{plural(pending, { one: "# command waits", other: "# commands wait" })}</Link>}
      flush
    >
      <Rows>
        {commands.map((command) => (
          <Row key={command.command_id}>
            <RowLine>
              <TextButton onClick={() => openProgress(command.command_id)}>{commandTitle(command, t(COMMAND_KINDS[command.kind]))}</TextButton>
              {command.stack_id !== null && <StackName id={command.stack_id} />}
            </RowLine>
            <Progress command={command} />
          </Row>
        ))}
      </Rows>
    </Panel>
  );
}
