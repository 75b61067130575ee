// Connects a page to the stream that all tabs of the browser share. Where there are no shared workers, each tab has its own.

import { frames } from "@/api/event_stream";
import { signedInAgain } from "@/api/signed_out";
import type { ChangeSignal } from "@/api/generated";
import { Connection, type ConnectionState, type Receiver } from "./connection";

export type FromPage = { kind: "look"; visible: boolean } | { kind: "hurry" } | { kind: "gone" };

export type ToPage =
  | { kind: "frame"; frame: ChangeSignal }
  | { kind: "state"; state: ConnectionState }
  | { kind: "catch_up" }
  | { kind: "signed_out" };

/** Receives what changes until the returned function is called. */
export function receive(receiver: Receiver): () => void {
  return "SharedWorker" in globalThis ? throughWorker(receiver) : alone(receiver);
}

function throughWorker(receiver: Receiver): () => void {
  const worker = new SharedWorker(new URL("./stream.worker.ts", import.meta.url), { type: "module", name: "core-monitor-stream" });
  const { port } = worker;
  const say = (message: FromPage) => port.postMessage(message);
  port.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
    if (data.kind === "frame") receiver.onFrame(data.frame);
    else if (data.kind === "state") receiver.onState(data.state);
    else if (data.kind === "catch_up") receiver.onCatchUp();
    else void signedInAgain().then((again) => { if (again) say({ kind: "hurry" }); });
  });
  port.start();
  const stop = watch((visible) => say({ kind: "look", visible }), () => say({ kind: "hurry" }));
  const gone = () => say({ kind: "gone" });
  globalThis.addEventListener("pagehide", gone);
  return () => {
    stop();
    globalThis.removeEventListener("pagehide", gone);
    gone();
    port.close();
  };
}

function alone(receiver: Receiver): () => void {
  const connection = new Connection(receiver, frames);
  const stop = watch((visible) => connection.look(visible), () => connection.hurry());
  return () => {
    stop();
    connection.close();
  };
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
