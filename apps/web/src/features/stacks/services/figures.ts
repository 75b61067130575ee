// What the containers of one service use together, live.

import { figures } from "@/app/live/figures";
import { useCallback, useMemo, useSyncExternalStore } from "react";

export interface ServiceFigures {
  /** In percent of one CPU; null before the first figures. */
  cpu: number | null;
  /** In bytes. */
  memory: number | null;
  /** In bytes, if all containers have a limit. */
  limit: number | null;
  /** The last CPU figures added up, oldest first. */
  cpuHistory: readonly number[];
  memoryHistory: readonly number[];
}

export function useServiceFigures(containerIds: readonly string[]): ServiceFigures {
  const key = containerIds.join(" ");
  const ids = useMemo(() => (key === "" ? [] : key.split(" ")), [key]);
  const subscribe = useCallback(
    (listener: () => void) => {
      const ends = ids.map((id) => figures.subscribe(id, listener));
      return () => { for (const end of ends) end(); };
    },
    [ids],
  );
  // The times of the figures stand for the figures: a text is the same as long as nothing has changed.
  const at = useSyncExternalStore(subscribe, () => ids.map((id) => figures.container(id).usage?.at ?? "").join(" "));
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- other times are other figures
  return useMemo(() => addUp(ids.map((id) => figures.container(id))), [ids, at]);
}

type Known = ReturnType<typeof figures.container>;

export function addUp(all: readonly Known[]): ServiceFigures {
  const known = all.filter((each) => each.usage !== null);
  if (known.length === 0) return { cpu: null, memory: null, limit: null, cpuHistory: [], memoryHistory: [] };
  const limits = known.map((each) => each.usage?.memory_limit_bytes ?? null);
  return {
    cpu: sum(known.map((each) => each.usage?.cpu_percent ?? 0)),
    memory: sum(known.map((each) => each.usage?.memory_bytes ?? 0)),
    limit: limits.includes(null) ? null : sum(limits.map((limit) => limit ?? 0)),
    cpuHistory: columns(known.map((each) => each.cpu)),
    memoryHistory: columns(known.map((each) => each.memory)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Adds up rows that end at the same moment and may have begun at different ones. */
function columns(rows: readonly (readonly number[])[]): number[] {
  const length = Math.max(...rows.map((row) => row.length));
  return Array.from({ length }, (_, index) => sum(rows.map((row) => row[row.length - length + index] ?? 0)));
}
