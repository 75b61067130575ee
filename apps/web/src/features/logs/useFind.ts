// Looks for a text in the rows that are here, and goes from hit to hit.

import { useMemo, useState, useSyncExternalStore } from "react";
import type { LogBuffer } from "./buffer";

export interface Find {
  hits: number;
  /** Which of the hits, from 1; 0 if none is chosen. */
  place: number;
  /** The row of the chosen hit. */
  current: number | null;
  next: () => void;
  previous: () => void;
}

export function useFind(buffer: LogBuffer, text: string): Find {
  const edition = useSyncExternalStore(buffer.subscribe, buffer.snapshot);
  const [chosen, setChosen] = useState<number | null>(null);
  const found = useMemo(() => {
    if (text === "") return [];
    const wanted = text.toLowerCase();
    return buffer.rows.flatMap((row, index) => (row.kind === "line" && row.text.toLowerCase().includes(wanted) ? [{ id: row.id, index }] : []));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the edition stands for the rows
  }, [buffer, edition, text]);
  const at = found.findIndex((hit) => hit.id === chosen);
  const go = (step: number) => {
    if (found.length === 0) return;
    const to = at < 0 ? (step > 0 ? 0 : found.length - 1) : (at + step + found.length) % found.length;
    setChosen(found[to]?.id ?? null);
  };
  return {
    hits: found.length,
    place: at + 1,
    current: found[at]?.index ?? null,
    next: () => go(1),
    previous: () => go(-1),
  };
}
