import { showStackOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Command, StackDetails } from "@/api/generated";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useAhead } from "./last_command";
import { RevertLink } from "./RevertLink";

/** What a command that was cancelled or given up has left, and the way back, as long as nothing has come after it. */
export function LeftByCancelled({ command }: { command: Command }): ReactElement | null {
  const { stack_id: id, status } = command;
  const asked = id !== null && status === "CANCELLED";
  const stack = useQuery({ ...showStackOptions({ path: { id: id ?? "" } }), enabled: asked });
  return asked && stack.data !== undefined ? <Left stack={stack.data} command={command} /> : null;
}

function Left({ stack, command }: { stack: StackDetails; command: Command }): ReactElement | null {
  const { back, last } = useAhead(stack);
  if (back === null || last?.command_id !== command.command_id) return null;
  return (
    <>
      <p><Trans>What it had done by then stays, so what runs is not the applied v{stack.current_version}.</Trans></p>
      <span><RevertLink stack={stack} small /></span>
    </>
  );
}
