// The token that proves that a write comes from this page. It lives in memory only; `GET /session` gives it again.

let token: string | null = null;

export function rememberCsrfToken(value: string | null): void {
  token = value;
}

export function csrfToken(): string | null {
  return token;
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
const HEADER = "X-CSRF-Token";

/** The request with the header that writes need. */
export function withCsrfToken(request: Request): Request {
  if (token !== null && !SAFE.has(request.method)) request.headers.set(HEADER, token);
  return request;
}

/**
 * Reads the token of the session that this browser has now: another tab may have signed in anew. True if it is not the one that was
 * refused, so that the request is worth sending again.
 */
export async function renewCsrfToken(refused: string | null): Promise<boolean> {
  const response = await fetch("/api/v1/session", { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!response.ok) return false;
  const session: unknown = await response.json();
  if (typeof session !== "object" || session === null || !("csrf_token" in session) || typeof session.csrf_token !== "string") return false;
  token = session.csrf_token;
  return token !== refused;
}

/** The token that a request was sent with. */
export function csrfTokenOf(request: Request): string | null {
  return request.headers.get(HEADER);
}
