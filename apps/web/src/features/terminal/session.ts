// One terminal: asks for a ticket, connects, and passes on what is typed and printed.

import { openTerminal, type Message } from "@/api/generated";

const PROTOCOL = "core-monitor.terminal.v1";

export type TerminalEnd =
  /** The command ended, with this exit code. */
  | { kind: "exit"; code: number }
  /** The server said why. */
  | { kind: "error"; message: Message }
  /** The connection broke without a word. */
  | { kind: "lost" };

export interface TerminalPort {
  print: (bytes: Uint8Array) => void;
  onOpen: () => void;
  onEnd: (end: TerminalEnd) => void;
}

export interface TerminalWish {
  containerId: string;
  command: readonly string[];
  user: string;
  columns: number;
  rows: number;
}

export interface TerminalConnection {
  type: (text: string) => void;
  resize: (columns: number, rows: number) => void;
  close: () => void;
}

/** Opens a terminal. Fails with the API's problem if it is not allowed or there is no such container. */
export async function connect(wish: TerminalWish, port: TerminalPort): Promise<TerminalConnection> {
  const { data: ticket } = await openTerminal({
    path: { id: wish.containerId },
    body: { command: [...wish.command], columns: wish.columns, rows: wish.rows, ...(wish.user !== "" && { user: wish.user }) },
    throwOnError: true,
  });
  const address = new URL(ticket.path, globalThis.location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address, PROTOCOL);
  socket.binaryType = "arraybuffer";
  let end: TerminalEnd = { kind: "lost" };
  socket.addEventListener("open", port.onOpen);
  socket.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer | string>) => {
    if (typeof data === "string") end = lastWord(data) ?? end;
    else port.print(new Uint8Array(data));
  });
  socket.addEventListener("close", () => port.onEnd(end));
  const encoder = new TextEncoder();
  const send = (data: string | Uint8Array<ArrayBuffer>) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  };
  return {
    type: (text) => send(encoder.encode(text)),
    resize: (columns, rows) => send(JSON.stringify({ resize: { columns, rows } })),
    close: () => socket.close(1000),
  };
}

/** What the last message says; null for one of a kind that this build does not know. */
export function lastWord(text: string): TerminalEnd | null {
  const said = JSON.parse(text) as { exit?: { code: number }; error?: { message: Message } };
  if (said.exit !== undefined) return { kind: "exit", code: said.exit.code };
  return said.error === undefined ? null : { kind: "error", message: said.error.message };
}
