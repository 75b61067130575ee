// A browser has one session and many tabs: what a tab does when another one has begun or ended it.

import { client } from "@/api/generated/client.gen";
import { rememberCsrfToken } from "@/api/csrf";
import { send } from "@/api/client";
import { ApiError } from "@/api/problem";
import { settleSignIn, sessionEnd } from "@/api/signed_out";
import { Connection, type ConnectionState, type Open } from "@/app/live/connection";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const at = "http://localhost/api/v1";
const problem = (status: number, code: string) =>
  Response.json({ code, message: { code: "x", params: {}, messages: [], text: "" }, errors: [], status }, { status });

let asked: { method: string; path: string; token: string | null }[];
let current: string | null;

/** A server whose session has the token `current`; null if it has none. */
function serve(): void {
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(new URL(input instanceof Request ? input.url : String(input), at), input instanceof Request ? input : init);
    const token = request.headers.get("X-CSRF-Token");
    const { pathname: path } = new URL(request.url);
    asked.push({ method: request.method, path, token });
    if (current === null) return problem(401, "session-ended");
    if (path === "/api/v1/session") return Response.json({ csrf_token: current });
    return request.method === "GET" || token === current ? Response.json({ body: await request.text() }) : problem(403, "csrf-invalid");
  });
}

beforeEach(() => {
  asked = [];
  current = "new";
  rememberCsrfToken("old");
  serve();
  client.setConfig({ baseUrl: "http://localhost" });
});
afterEach(() => vi.unstubAllGlobals());

describe("a write with the token of a session that another tab has replaced", () => {
  test("is sent again with the token of the new one, with its body", async () => {
    const response = await send(`${at}/stacks`, { method: "POST", body: "typed" });
    expect(await response.json()).toEqual({ body: "typed" });
    expect(asked.map(({ method, token }) => [method, token])).toEqual([["POST", "old"], ["GET", null], ["POST", "new"]]);
  });

  test("is refused for good where the server refuses the token that is right", async () => {
    rememberCsrfToken("new");
    vi.stubGlobal("fetch", async (input: RequestInfo | URL) => {
      asked.push({ method: "", path: "", token: null });
      return input instanceof Request ? problem(403, "csrf-invalid") : Response.json({ csrf_token: "new" });
    });
    expect((await send(`${at}/stacks`, { method: "POST" })).status).toBe(403);
    expect(asked).toHaveLength(2);
  });

  test("is not taken for another refusal", async () => {
    vi.stubGlobal("fetch", async () => problem(403, "cross-site"));
    expect((await send(`${at}/stacks`, { method: "POST" })).status).toBe(403);
  });
});

test("a request that meets the end of the session waits for a sign-in, in whichever tab", async () => {
  current = null;
  const answer = send(`${at}/stacks`);
  await vi.waitFor(() => expect(sessionEnd.isWaiting()).toBe(true));
  current = "new";
  settleSignIn(true);
  expect((await answer).status).toBe(200);
  expect(sessionEnd.isWaiting()).toBe(false);
});

describe("the stream", () => {
  function connect() {
    const states: ConnectionState[] = [];
    let signedOut = 0;
    let opened = 0;
    let session = false;
    const open: Open = async function* (_, __, signal) {
      opened += 1;
      if (!session) throw new ApiError(401, null);
      yield { id: "1", data: { kind: "HELLO" } };
      await new Promise((resolve) => { signal.addEventListener("abort", resolve); });
    };
    const connection = new Connection(
      { onFrame: () => {}, onCatchUp: () => {}, onState: (state) => states.push(state), onSignedOut: () => { signedOut += 1; } },
      open,
    );
    return { connection, states, counts: () => ({ opened, signedOut }), begin: () => { session = true; } };
  }

  test("says that the session has ended, not that the connection is lost, and does not ask again by itself", async () => {
    vi.useFakeTimers();
    const { connection, states, counts } = connect();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(states).toEqual(["connecting", "signed_out"]);
    expect(counts()).toEqual({ opened: 1, signedOut: 1 });
    connection.close();
    vi.useRealTimers();
  });

  test("goes on at once when somebody has signed in", async () => {
    const { connection, states, begin } = connect();
    await vi.waitFor(() => expect(states).toEqual(["connecting", "signed_out"]));
    begin();
    connection.hurry();
    await vi.waitFor(() => expect(states).toEqual(["connecting", "signed_out", "live"]));
    connection.close();
  });
});
