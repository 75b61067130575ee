// The one stream of a browser: all its tabs share this worker. A browser opens six connections to a server at most, and a stream
// holds one for good, so six tabs with a stream each could ask for nothing any more.

import { frames } from "@/api/event_stream";
import { ApiError } from "@/api/problem";
import { Connection, type ConnectionState } from "./connection";
import type { FromPage, ToPage } from "./shared";

interface Page {
  port: MessagePort;
  visible: boolean;
}

const pages = new Set<Page>();
let connection: Connection | null = null;
let state: ConnectionState = "connecting";

function tell(message: ToPage): void {
  for (const page of pages) page.port.postMessage(message);
}

async function* open(url: string, after: string, signal: AbortSignal) {
  try {
    yield* frames(url, after, signal);
  } catch (error) {
    // Only a page can ask a person to sign in; it says when that is done.
    if (error instanceof ApiError && error.status === 401) tell({ kind: "signed_out" });
    throw error;
  }
}

function look(): void {
  if (pages.size === 0) {
    connection?.close();
    connection = null;
    return;
  }
  connection ??= new Connection(
    {
      onFrame: (frame) => tell({ kind: "frame", frame }),
      onState: (next) => {
        state = next;
        tell({ kind: "state", state });
      },
      onCatchUp: () => tell({ kind: "catch_up" }),
    },
    open,
  );
  connection.look([...pages].some((page) => page.visible));
}

function join(port: MessagePort): void {
  const page: Page = { port, visible: true };
  pages.add(page);
  port.addEventListener("message", ({ data }: MessageEvent<FromPage>) => {
    if (data.kind === "gone") pages.delete(page);
    else if (data.kind === "hurry") connection?.hurry();
    else page.visible = data.visible;
    look();
  });
  port.start();
  port.postMessage({ kind: "state", state } satisfies ToPage);
  look();
}

globalThis.addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port !== undefined) join(port);
});
