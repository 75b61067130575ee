// The events of one command: what the server has, and then what the stream brings, in order and each once.

import { PAGE } from "@/api/all_pages";
import { listCommandEvents, type Event } from "@/api/generated";
import { useEvents } from "@/app/live/Live";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

/** A journal this long is shown by its end: a deployment of thousands of steps, or one that was retried for days. */
const MOST = 5_000;

export function useJournal(commandId: string): { events: readonly Event[]; isPending: boolean; error: Error | null } {
  const client = useQueryClient();
  const key = [{ _id: "listCommandEvents", journal: commandId }];
  const query = useQuery({ queryKey: key, queryFn: ({ signal }) => readAll(commandId, signal) });
  const append = useCallback(
    (event: Event) => {
      client.setQueryData<readonly Event[]>([{ _id: "listCommandEvents", journal: commandId }], (before) =>
        before === undefined || event.id <= lastId(before) ? before : [...before, event].slice(-MOST),
      );
    },
    [client, commandId],
  );
  useEvents(append, commandId);
  return { events: query.data ?? [], isPending: query.isPending, error: query.error };
}

async function readAll(commandId: string, signal: AbortSignal): Promise<readonly Event[]> {
  const events: Event[] = [];
  for (;;) {
    const after = lastId(events);
    const { data } = await listCommandEvents({ path: { id: commandId }, query: { after, limit: PAGE }, signal, throwOnError: true });
    events.push(...data.items);
    if (data.items.length < PAGE) return events.slice(-MOST);
  }
}

function lastId(events: readonly Event[]): number {
  return events.at(-1)?.id ?? 0;
}
