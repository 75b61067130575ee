import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useAllStacks } from "./useAllStacks";

/** The name of a stack by its id, as a link; the id itself when the stack is gone. */
export function StackName({ id }: { id: string }): ReactElement {
  const { items } = useAllStacks();
  const stack = items?.find((candidate) => candidate.stack_id === id);
  if (stack === undefined) return <code>{id.slice(0, 8)}</code>;
  return <Link to="/stacks/$stackId" params={{ stackId: id }}>{stack.name}</Link>;
}
