// What a failed request says: the server's problem body, or that the server could not be reached.

import type { Message, Problem } from "./generated";

/** The server answered with a problem (RFC 9457), or with something that is no answer of this API. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    /** Null if what answered was not the API, such as a proxy in front of it. */
    readonly problem: Problem | null,
  ) {
    super(problem?.detail ?? `HTTP ${status}`);
  }

  get code(): string | null {
    return this.problem?.code ?? null;
  }

  get said(): Message | null {
    return this.problem?.message ?? null;
  }
}

/** The request never reached the server, or its answer never came back. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Whether an error of any origin is a problem with this code. */
export function isProblem(error: unknown, code: string): error is ApiError {
  return error instanceof ApiError && error.code === code;
}

/** Makes an error of what the generated client throws: a parsed body, a text, or the browser's own `TypeError`. */
export function toError(thrown: unknown, response: Response | undefined): Error {
  if (response === undefined) {
    if (thrown instanceof DOMException && thrown.name === "AbortError") return thrown;
    return new Unreachable("the server cannot be reached", { cause: thrown });
  }
  return new ApiError(response.status, looksLikeProblem(thrown) ? thrown : null);
}

function looksLikeProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "message" in body && "errors" in body;
}
