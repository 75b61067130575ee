// Sends a file and says how far it is. `fetch` cannot tell the progress of what it sends; `XMLHttpRequest` can.

import { csrfToken, renewCsrfToken } from "./csrf";
import { ApiError, isProblem, toError, Unreachable } from "./problem";
import { signedInAgain } from "./signed_out";

export interface Upload {
  method: "POST" | "PUT";
  url: string;
  headers: Readonly<Record<string, string>>;
  file: Blob;
  /** Called with the share that has been sent, from 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** The parsed answer. Fails with `ApiError` or `Unreachable`; a session that ended or was replaced in between is taken up again first. */
export async function upload(task: Upload): Promise<unknown> {
  const sent = csrfToken();
  try {
    return await once(task);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401 && (await signedInAgain())) return once(task);
    if (isProblem(error, "csrf-invalid") && (await renewCsrfToken(sent).catch(() => false))) return once(task);
    throw error;
  }
}

function once(task: Upload): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(task.method, task.url);
    for (const [name, value] of Object.entries(task.headers)) request.setRequestHeader(name, value);
    const token = csrfToken();
    if (token !== null) request.setRequestHeader("X-CSRF-Token", token);
    request.upload.addEventListener("progress", ({ loaded, total }) => task.onProgress(total > 0 ? loaded / total : 0));
    request.addEventListener("load", () => {
      const body = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body);
      else reject(toError(body, new Response(null, { status: Math.max(request.status, 200) })));
    });
    request.addEventListener("error", () => reject(new Unreachable("the server cannot be reached")));
    request.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    task.signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(task.file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
