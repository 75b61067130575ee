// The one place where requests leave: same origin, with the session's cookie, with the token against forged writes, sent again
// after a session that ended in between or was replaced by another tab.

import { csrfTokenOf, renewCsrfToken, withCsrfToken } from "./csrf";
import { takeEarly } from "./early";
import { client } from "./generated/client.gen";
import { isProblem, toError } from "./problem";
import { signedInAgain } from "./signed_out";

/**
 * Sends a request. If the session has ended, it is sent once more after the person has signed in again; if another tab has begun a new
 * session, with the token of that one.
 */
export async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  // A body can be read once; the copy is for the second attempt.
  const again = request.clone();
  const response = await (takeEarly(request) ?? globalThis.fetch(withCsrfToken(request)));
  return (await isWorthAnother(request, response)) ? globalThis.fetch(withCsrfToken(again)) : response;
}

async function isWorthAnother(request: Request, response: Response): Promise<boolean> {
  if (response.status === 401) return !isAboutTheSession(request.url) && signedInAgain();
  if (response.status !== 403) return false;
  const body: unknown = await response.clone().json().catch(() => null);
  return isProblem(toError(body, response), "csrf-invalid") && renewCsrfToken(csrfTokenOf(request)).catch(() => false);
}

/** Signing in and asking who is signed in may be refused without anything having ended. */
function isAboutTheSession(url: string): boolean {
  return /^\/api\/v1\/session(\/|$)/.test(new URL(url).pathname);
}

export function setUpClient(): void {
  client.setConfig({ baseUrl: globalThis.location.origin, fetch: send, throwOnError: true, credentials: "same-origin" });
  client.interceptors.error.use((thrown, response) => toError(thrown, response as Response | undefined));
}

/** A new key for a write that may be sent twice. `crypto.randomUUID` needs a secure context, which plain http on a LAN is not. */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
