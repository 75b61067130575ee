// The mock over HTTP: what answers `npm run dev` and the screenshots. Terminals are WebSockets, which nothing else here needs, so
// their frames are read and written by hand.
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import type { Duplex } from "node:stream";
import { answer } from "./answer";

function requestOf(message: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined && !name.startsWith(":")) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const method = message.method ?? "GET";
  const body = method === "GET" || method === "HEAD" ? null : (Readable.toWeb(message) as ReadableStream);
  return new Request(new URL(message.url ?? "/", `http://${message.headers.host ?? "localhost"}`), {
    method,
    headers,
    body,
    ...(body === null ? {} : { duplex: "half" }),
  });
}

/** Answers what belongs to the API; false for everything else, which is then for somebody else to answer. */
export async function serve(message: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const answered = await answer(requestOf(message));
  if (answered === null) return false;
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (answered.body === null) {
    response.end();
    return true;
  }
  // Streams go out frame by frame, and end when the browser leaves.
  response.flushHeaders();
  const body = Readable.fromWeb(answered.body as unknown as NodeStream);
  response.on("close", () => body.destroy());
  body.on("error", () => response.destroy());
  body.pipe(response);
  return true;
}

const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const [TEXT, BINARY, CLOSE, PING, PONG] = [1, 2, 8, 9, 10] as const;

function frame(kind: number, payload: Buffer): Buffer {
  const head = payload.length < 126 ? Buffer.from([0x80 | kind, payload.length]) : Buffer.from([0x80 | kind, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, payload]);
}

/** The frames of a client, which are masked. Good for what fits into 64 kB. */
function* framesOf(buffer: Buffer): Generator<{ kind: number; payload: Buffer; end: number }> {
  let at = 0;
  while (buffer.length - at >= 6) {
    const kind = (buffer[at] ?? 0) & 0x0f;
    const short = (buffer[at + 1] ?? 0) & 0x7f;
    const wide = short === 126 ? 2 : 0;
    const length = short === 126 ? buffer.readUInt16BE(at + 2) : short;
    const start = at + 2 + wide + 4;
    if (buffer.length < start + length) return;
    const mask = buffer.subarray(start - 4, start);
    const payload = Buffer.from(buffer.subarray(start, start + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
    at = start + length;
    yield { kind, payload, end: at };
  }
}

const prompt = "/app $ ";
const replies: Record<string, string> = {
  ls: "config.yml  package.json  public  server.js\r\n",
  pwd: "/app\r\n",
  whoami: "node\r\n",
  "ls --color": "\u001B[34mpublic\u001B[0m  config.yml  package.json  server.js\r\n",
};

/** A shell that knows four commands and `exit`. */
export function attach(message: IncomingMessage, socket: Duplex): void {
  if (!(message.url ?? "").startsWith("/api/v1/terminal")) return;
  const accept = createHash("sha1").update(`${message.headers["sec-websocket-key"] ?? ""}${guid}`).digest("base64");
  const protocol = message.headers["sec-websocket-protocol"]?.split(",")[0];
  socket.write(
    ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`, ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]), "", ""].join("\r\n"),
  );
  const say = (text: string) => socket.write(frame(BINARY, Buffer.from(text)));
  let [line, rest] = ["", Buffer.alloc(0)];
  const enter = () => {
    const command = line.trim();
    line = "";
    if (command === "exit") {
      socket.write(frame(TEXT, Buffer.from(JSON.stringify({ exit: { code: 0 } }))));
      socket.end(frame(CLOSE, Buffer.from([0x03, 0xe8])));
      return;
    }
    say(`\r\n${command === "" ? "" : (replies[command] ?? `/bin/sh: ${command}: not found\r\n`)}${prompt}`);
  };
  const type = (text: string) => {
    for (const letter of text) {
      if (letter === "\r") enter();
      else if (letter === "\u007F") {
        if (line !== "") say("\b \b");
        line = line.slice(0, -1);
      } else {
        line += letter;
        say(letter);
      }
    }
  };
  say(prompt);
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    let used = 0;
    for (const { kind, payload, end } of framesOf(rest)) {
      used = end;
      if (kind === BINARY) type(payload.toString());
      else if (kind === PING) socket.write(frame(PONG, payload));
      else if (kind === CLOSE) socket.end(frame(CLOSE, payload));
    }
    rest = rest.subarray(used);
  });
  socket.on("error", () => socket.destroy());
}
