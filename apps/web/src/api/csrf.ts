// The token that proves that a write comes from this page. It lives in memory only; `GET /session` gives it again.

let token: string | null = null;

export function rememberCsrfToken(value: string | null): void {
  token = value;
}

export function csrfToken(): string | null {
  return token;
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** The request with the header that writes need. */
export function withCsrfToken(request: Request): Request {
  if (token !== null && !SAFE.has(request.method)) request.headers.set("X-CSRF-Token", token);
  return request;
}
