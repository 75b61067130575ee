import { useMay } from "@/access/useMay";
import { refresh } from "@/api/queries";
import { onSignIn, signedInAgain } from "@/api/signed_out";
import type { Event } from "@/api/generated";
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, use, useEffect, useMemo, useRef, useState, type ReactElement, type ReactNode } from "react";
import type { ConnectionState } from "./connection";
import { figures } from "./figures";
import { receive } from "./shared";
import { STALE } from "./topics";

type EventListener = (event: Event) => void;

interface Live {
  state: ConnectionState;
  /** Listens to the events of all commands. */
  onEvent: (listener: EventListener) => () => void;
}

const Context = createContext<Live>({ state: "connecting", onEvent: () => () => {} });

/** Notices within this time are answered together: a plan of fifty steps asks once. */
const GATHER = 150;

/** Gathers what has become stale and asks for it once. */
function gatherer(client: QueryClient): (operations: readonly string[]) => void {
  const stale = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (operations) => {
    for (const operation of operations) stale.add(operation);
    timer ??= setTimeout(() => {
      timer = undefined;
      const now = [...stale];
      stale.clear();
      void refresh(client, now);
    }, GATHER);
  };
}

/** In milliseconds: how often everything on screen is asked for again where nobody says what has changed. */
const NOW_AND_THEN = 15_000;

/** For those who may not follow the stream. */
function lookNowAndThen(client: QueryClient): () => void {
  const timer = setInterval(() => { if (document.visibilityState === "visible") void client.invalidateQueries(); }, NOW_AND_THEN);
  return () => clearInterval(timer);
}

/** Keeps everything below it up to date: one stream says what has changed. */
export function LiveProvider({ children }: { children: ReactNode }): ReactElement {
  const client = useQueryClient();
  const [state, setState] = useState<ConnectionState>("connecting");
  const listeners = useRef(new Set<EventListener>());
  const quiet = useMay()("stream_changes") !== undefined;
  useEffect(() => {
    if (quiet) return lookNowAndThen(client);
    const all = listeners.current;
    const stale = gatherer(client);
    const reception = receive({
      onState: setState,
      onSignedOut: () => void signedInAgain(),
      onCatchUp: () => void client.invalidateQueries(),
      onFrame: (frame) => {
        if (frame.kind === "STATISTICS") figures.take(frame.statistics);
        else if (frame.kind === "EVENT") for (const listener of all) listener(frame.event);
        else if (frame.kind === "CHANGED") for (const topic of frame.topics) stale(STALE[topic]);
      },
    });
    const unhear = onSignIn(reception.hurry);
    return () => {
      unhear();
      reception.stop();
    };
  }, [client, quiet]);
  const value = useMemo<Live>(
    () => ({
      state: quiet ? "paused" : state,
      onEvent: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [state, quiet],
  );
  return <Context value={value}>{children}</Context>;
}

export function useConnection(): ConnectionState {
  return use(Context).state;
}

/** Calls back for every event of a command, or of all commands. */
export function useEvents(listener: EventListener, commandId?: string): void {
  const { onEvent } = use(Context);
  useEffect(
    () => onEvent((event) => { if (commandId === undefined || event.command_id === commandId) listener(event); }),
    [onEvent, listener, commandId],
  );
}
