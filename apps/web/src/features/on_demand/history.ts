// What woke and slept last, from the starts that the gateway recorded and the commands of the queue.

import type { Command, OnDemandStart, PowerCause } from "@/api/generated";

export interface Turn {
  /** Unique in the list. */
  id: string;
  at: string;
  kind: "wake" | "sleep";
  cause: PowerCause | null;
  /** Who asked for it, if it was a person or a token. */
  by: string | null;
  command: Command | null;
  /** The start that the gateway measured, if it did. */
  start: OnDemandStart | null;
}

/** A command and the start it brought are one turn: a start is over some time after its command was created. */
const TOGETHER = 10 * 60_000;

/**
 * Of one service, the newest first. A command is about it if it names it or its cause does, or if it names none, which is the whole stack.
 * A start without a command, which the queue has forgotten by now, stands alone.
 */
export function turnsOf(service: string, commands: readonly Command[], starts: readonly OnDemandStart[]): Turn[] {
  const left = [...starts];
  const turns = commands.flatMap((command): Turn[] => {
    const { payload } = command;
    if (payload === null || (payload.kind !== "WAKE" && payload.kind !== "SLEEP")) return [];
    if (payload.services.length > 0 && !payload.services.includes(service) && payload.cause?.service !== service) return [];
    const at = command.timestamps.created_at;
    const found = payload.kind === "WAKE" ? left.findIndex((start) => Math.abs(Date.parse(start.at) - Date.parse(at)) < TOGETHER && sameCause(start.cause, payload.cause)) : -1;
    const [start = null] = found === -1 ? [] : left.splice(found, 1);
    const by = command.principal.kind === "system" ? null : command.principal.name;
    return [{ id: command.command_id, at, kind: payload.kind === "WAKE" ? "wake" : "sleep", cause: payload.cause, by, command, start }];
  });
  const alone = left.map((start, index): Turn => ({ id: `start ${start.at} ${index}`, at: start.at, kind: "wake", cause: start.cause, by: null, command: null, start }));
  return [...turns, ...alone].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function sameCause(one: PowerCause, other: PowerCause | null): boolean {
  return other === null || (one.why === other.why && one.service === other.service);
}
