// The mock for tests: `globalThis.fetch` answers from a world of its own, without a server.
import { answer } from "./answer";
import type { Scenario } from "./world";

/** A `fetch` that answers from the mock, in a fresh world. Everything outside the API is a 404. */
export function mockFetch(scenario: Scenario = "lively"): typeof fetch {
  const key = `${scenario}.${crypto.randomUUID()}`;
  return async (input, init) => {
    const request = input instanceof Request ? input : new Request(new URL(String(input), "http://mock.test"), init);
    // A browser would not let a page set this header.
    const headers = new Headers(request.headers);
    headers.set("Cookie", `mock-world=${key}`);
    return (await answer(new Request(request, { headers }))) ?? new Response("not found", { status: 404 });
  };
}
