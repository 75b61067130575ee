// Reads a log into a buffer: reconnects behind the last line, and gives bursts to the page once per frame of the screen.

import { frames } from "@/api/event_stream";
import { ApiError } from "@/api/problem";
import type { EndFrame, LogFrame } from "@/api/generated";
import { useEffect, useMemo, useState } from "react";
import { LogBuffer } from "./buffer";

export interface LogSource {
  /** `/api/v1/stacks/…/logs` or `/api/v1/containers/…/logs`. */
  path: string;
  services: readonly string[];
  /** Lines to begin with. */
  tail: number;
  /** Only lines with this text; the server looks for it, also in what is no longer here. */
  grep: string;
}

export type LogState =
  | { kind: "connecting" | "following" | "paused" }
  | { kind: "lost"; error: unknown }
  | { kind: "ended"; end: EndFrame };

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

export function useLogs(source: LogSource, paused: boolean): { buffer: LogBuffer; state: LogState; again: () => void } {
  const address = useMemo(() => query(source), [source]);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- another source is another buffer
  const buffer = useMemo(() => new LogBuffer(), [address]);
  const [state, setState] = useState<LogState>({ kind: "connecting" });
  const [attempt, setAttempt] = useState(0);
  const position = useMemo(() => ({ address, after: "" }), [address]);
  useEffect(() => {
    if (paused) {
      setState({ kind: "paused" });
      return undefined;
    }
    const over = new AbortController();
    void follow(address, position, buffer, setState, over.signal);
    return () => over.abort();
  }, [address, buffer, position, paused, attempt]);
  return { buffer, state, again: () => setAttempt((before) => before + 1) };
}

async function follow(
  address: string,
  position: { after: string },
  buffer: LogBuffer,
  onState: (state: LogState) => void,
  signal: AbortSignal,
): Promise<void> {
  const batch = batcher(buffer);
  let pause = FIRST_PAUSE;
  onState({ kind: "connecting" });
  while (!signal.aborted) {
    try {
      for await (const { id, data } of frames(address, position.after, signal)) {
        const frame = data as LogFrame;
        pause = FIRST_PAUSE;
        if (id !== "") position.after = id;
        if (frame.kind === "END" && frame.reason !== "stopping") {
          batch.flush();
          onState({ kind: "ended", end: frame });
          return;
        }
        if (frame.kind === "IDLE") onState({ kind: "following" });
        else batch.add(frame);
        batch.started(() => onState({ kind: "following" }));
      }
    } catch (error) {
      if (signal.aborted) break;
      onState({ kind: "lost", error });
      // What the server refuses once it refuses again.
      if (error instanceof ApiError && error.status < 500 && error.status !== 429) return;
    }
    await rest(pause, signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
  batch.flush();
}

/** Gathers frames until the screen is drawn next: ten thousand lines a second are sixty changes a second. */
function batcher(buffer: LogBuffer) {
  let waiting: LogFrame[] = [];
  let scheduled = false;
  let told = false;
  const flush = () => {
    scheduled = false;
    if (waiting.length === 0) return;
    buffer.append(waiting);
    waiting = [];
  };
  return {
    flush,
    add(frame: LogFrame) {
      waiting.push(frame);
      if (scheduled) return;
      scheduled = true;
      // A hidden page is never drawn, and still has to take its lines.
      if (document.visibilityState === "hidden") setTimeout(flush, 250);
      else requestAnimationFrame(flush);
    },
    /** Calls back once, when the first frame has come. */
    started(listener: () => void) {
      if (!told) listener();
      told = true;
    },
  };
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/** The address that follows a source. Raw, because colours are shown; whatever else the text could do is taken out when it is. */
export function query(source: LogSource): string {
  const parameters = new URLSearchParams({ follow: "true", raw: "true", tail: String(source.tail) });
  for (const service of source.services) parameters.append("service", service);
  if (source.grep !== "") {
    parameters.set("grep", source.grep);
    parameters.set("ignore_case", "true");
  }
  return `${source.path}?${parameters.toString()}`;
}

/** The address that downloads everything there is of a source, as text. */
export function downloadAddress(source: LogSource): string {
  const parameters = new URLSearchParams({ raw: "true", timestamps: "true", download: "true", tail: "all" });
  for (const service of source.services) parameters.append("service", service);
  return `${source.path}?${parameters.toString()}`;
}
