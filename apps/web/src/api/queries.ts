// How answers are kept: what is retried, how long an answer counts as fresh, and which answers a change makes stale.

import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError, isProblem, Unreachable } from "./problem";

/** Attempts after which a network error is shown. Chromium drops requests while the engine creates networks, for instance. */
const NETWORK_RETRIES = 4;

function retry(attempt: number, error: Error): boolean {
  if (error instanceof Unreachable) return attempt < NETWORK_RETRIES;
  return error instanceof ApiError && error.status === 503 && attempt < 2;
}

export function createQueryClient(): QueryClient {
  // What was granted has changed since it was read, or was read by an older page: what is offered follows.
  const refused = (error: Error) => { if (isProblem(error, "forbidden")) void refresh(client, ["showAccount"]); };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: refused }),
    mutationCache: new MutationCache({ onError: refused }),
    defaultOptions: {
      queries: {
        // Whether the machine is "online" says nothing about a server in the same house: asked for is asked for.
        networkMode: "always",
        retry,
        retryDelay: (attempt) => Math.min(250 * 2 ** attempt, 4_000),
        // The stream says what has changed, so that nothing has to be asked for again by the clock.
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
      // A write is sent again by the person, never by itself.
      mutations: { networkMode: "always", retry: false },
    },
  });
  return client;
}

/** In milliseconds: a page that is there sooner is drawn once, with what it shows; a later one is drawn with its skeleton first. */
const PATIENCE = 200;

/** Waits for answers that are on their way, but not for long. */
export async function atMost(answers: Promise<unknown>): Promise<void> {
  await Promise.race([answers, new Promise((resolve) => { setTimeout(resolve, PATIENCE); })]);
}

/** Makes all answers of these operations stale: those on screen are asked for again now, the others when they are shown. */
export async function refresh(client: QueryClient, operations: readonly string[]): Promise<void> {
  const wanted = new Set(operations);
  await client.invalidateQueries({ predicate: (query) => wanted.has(operationOf(query.queryKey)) });
}

/** The operation that a key of the generated client is about. */
export function operationOf(key: readonly unknown[]): string {
  const first = key[0];
  return typeof first === "object" && first !== null && "_id" in first ? String(first._id) : "";
}
