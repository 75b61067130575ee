// The one stream of a browser: all its tabs share this worker. A browser opens six connections to a server at most, and a stream
// holds one for good, so six tabs with a stream each could ask for nothing any more.

import { frames } from "@/api/event_stream";
import { Connection, type ConnectionState, type Open } from "./connection";
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

/** Only a page can ask a person to sign in; here a session that has ended is an error, which the pages are told. */
const open: Open = (url, after, signal) => frames(url, after, signal, fetch);

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
      onSignedOut: () => tell({ kind: "signed_out" }),
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
