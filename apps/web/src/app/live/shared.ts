// Connects a page to the stream that all tabs of the browser share. Where there are no shared workers, each tab has its own.

import { frames } from "@/api/event_stream";
import type { ChangeSignal } from "@/api/generated";
import { Connection, type ConnectionState, type Receiver } from "./connection";

/** What a page does with the stream: it leaves it, or has it try again at once. */
export interface Reception {
  hurry: () => void;
  stop: () => void;
}

export type FromPage = { kind: "look"; visible: boolean } | { kind: "hurry" } | { kind: "gone" };

export type ToPage =
  | { kind: "frame"; frame: ChangeSignal }
  | { kind: "state"; state: ConnectionState }
  | { kind: "catch_up" }
  | { kind: "signed_out" };

/** Receives what changes until it is stopped. */
export function receive(receiver: Receiver): Reception {
  return "SharedWorker" in globalThis ? throughWorker(receiver) : alone(receiver);
}

function throughWorker(receiver: Receiver): Reception {
  const worker = new SharedWorker(new URL("./stream.worker.ts", import.meta.url), { type: "module", name: "core-monitor-stream" });
  const { port } = worker;
  const say = (message: FromPage) => port.postMessage(message);
  port.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
    if (data.kind === "frame") receiver.onFrame(data.frame);
    else if (data.kind === "state") receiver.onState(data.state);
    else if (data.kind === "catch_up") receiver.onCatchUp();
    else receiver.onSignedOut();
  });
  port.start();
  const hurry = () => say({ kind: "hurry" });
  const unwatch = watch((visible) => say({ kind: "look", visible }), hurry);
  const gone = () => say({ kind: "gone" });
  globalThis.addEventListener("pagehide", gone);
  const stop = () => {
    unwatch();
    globalThis.removeEventListener("pagehide", gone);
    gone();
    port.close();
  };
  return { hurry, stop };
}

function alone(receiver: Receiver): Reception {
  const connection = new Connection(receiver, (url, after, signal) => frames(url, after, signal, fetch));
  const hurry = () => connection.hurry();
  const unwatch = watch((visible) => connection.look(visible), hurry);
  const stop = () => {
    unwatch();
    connection.close();
  };
  return { hurry, stop };
}

/** Says whether the page is looked at, and when the network is back. */
function watch(onLook: (visible: boolean) => void, onOnline: () => void): () => void {
  const look = () => onLook(document.visibilityState !== "hidden");
  document.addEventListener("visibilitychange", look);
  // A page that comes back from the browser's cache has said that it was gone.
  globalThis.addEventListener("pageshow", look);
  globalThis.addEventListener("online", onOnline);
  return () => {
    document.removeEventListener("visibilitychange", look);
    globalThis.removeEventListener("pageshow", look);
    globalThis.removeEventListener("online", onOnline);
  };
}
