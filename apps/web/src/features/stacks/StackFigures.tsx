import { figures } from "@/app/live/figures";
import { bytes, percent } from "@/text/sizes";
import { useSyncExternalStore, type ReactElement } from "react";

/** What all containers of a stack use together, live. */
export function StackFigures({ stackId }: { stackId: string }): ReactElement {
  const sum = useSyncExternalStore(
    (listener) => figures.subscribe(`stack:${stackId}`, listener),
    () => figures.stack(stackId),
  );
  if (sum === null) return <>–</>;
  return <>{percent(sum.cpu)}, {bytes(sum.memory)}</>;
}
