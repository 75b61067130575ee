// Requests that were sent while the application was still being fetched. The first one that wants the same takes the answer; nothing is
// asked for twice.

const asked = new Map<string, Promise<Response>>();

/** Sends a request for what the first screen shows. The path as the generated client writes it. */
export function askEarly(path: string): Promise<Response> {
  const answer = fetch(path, { credentials: "same-origin", headers: { Accept: "application/json" } });
  asked.set(path, answer);
  // Whoever takes it hears of a failure; nobody has to take it.
  answer.catch(() => {});
  return answer;
}

/** The answer to this request if it was asked for early, and only once. */
export function takeEarly(request: Request): Promise<Response> | undefined {
  if (request.method !== "GET" || asked.size === 0) return undefined;
  const { pathname, search } = new URL(request.url);
  const answer = asked.get(pathname + search);
  asked.delete(pathname + search);
  return answer;
}
