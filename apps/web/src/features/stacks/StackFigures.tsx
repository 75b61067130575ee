import { useStackFigures } from "@/app/live/figures";
import { bytes, percent } from "@/text/sizes";
import type { ReactElement } from "react";

/** What all containers of a stack use together, live. */
export function StackFigures({ stackId }: { stackId: string }): ReactElement {
  const sum = useStackFigures(stackId);
  if (sum === null) return <>–</>;
  return <>{percent(sum.cpu)}, {bytes(sum.memory)}</>;
}
