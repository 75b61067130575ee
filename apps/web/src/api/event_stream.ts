// Reads a stream of server-sent events with `fetch`: `EventSource` cannot show a problem body, loses frames whose kind it does
// not know, and reconnects in silence.

import { send } from "./client";
import { ApiError, toError } from "./problem";

export interface Frame {
  /** What to send as `Last-Event-ID` to go on behind this frame; empty if it has none. */
  id: string;
  data: unknown;
}

/**
 * Yields the frames of one connection until the server ends it. Fails with `ApiError` or `Unreachable`. `ask` sends the request: a worker
 * has no page in which a person could sign in again, so there a session that has ended has to be an error.
 */
export async function* frames(url: string, after: string, signal: AbortSignal, ask: typeof send = send): AsyncGenerator<Frame> {
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (after !== "") headers["Last-Event-ID"] = after;
  const response = await ask(url, { headers, signal, credentials: "same-origin" }).catch((error: unknown) => {
    throw toError(error, undefined);
  });
  if (!response.ok || response.body === null) throw toError(await body(response), response);
  try {
    yield* parse(response.body.pipeThrough(new TextDecoderStream()));
  } catch (error) {
    throw signal.aborted || error instanceof ApiError ? error : toError(error, undefined);
  }
}

async function body(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** A frame ends with an empty line; lines that begin with a colon only keep the connection alive. */
async function* parse(text: ReadableStream<string>): AsyncGenerator<Frame> {
  let rest = "";
  let id = "";
  let data: string[] = [];
  for await (const chunk of text) {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield { id, data: JSON.parse(data.join("\n")) as unknown };
        data = [];
      } else if (line.startsWith("data:")) {
        data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
      } else if (line.startsWith("id:")) {
        id = line.slice(3).trim();
      }
    }
  }
}
