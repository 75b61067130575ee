import { showStackOptions, showStackStatusOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Command } from "@/api/generated";
import { CommandActions } from "@/features/commands/CommandActions";
import { useQuery } from "@tanstack/react-query";
import { useMatchRoute } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { waysOut } from "./course";

/** What can be done about a command that failed, the same wherever it is told: go back, retry it, give it up. */
export function FailedActions({ command, first }: {
  command: Command;
  /** Whether this is the place where one of them is shown as the thing to do. */
  first: boolean;
}): ReactElement {
  const id = command.stack_id;
  const path = { id: id ?? "" };
  const stack = useQuery({ ...showStackOptions({ path }), enabled: id !== null });
  const status = useQuery({ ...showStackStatusOptions({ path }), enabled: id !== null });
  // There, the plan is the thing to do.
  const planning = useMatchRoute()({ to: "/stacks/$stackId/plan" }) !== false;
  if (stack.data === undefined) return <CommandActions command={command} />;
  const ways = waysOut(command, stack.data, status.data?.drift?.drifted ?? null);
  return <CommandActions command={command} ways={first && !planning ? ways : { ...ways, first: null }} />;
}
