// What a handler of the mock is given and may answer, derived from the generated types: an operation that is added to the API, or an
// answer that changes, does not compile until it is decided here.
import type { operations, Operations } from "../src/api/generated/operations.gen";
import type { ErrorCode, Message, Problem, ProblemItem } from "../src/api/generated/types.gen";
import { said } from "./said";
import type { World } from "./world";

export type OperationName = keyof Operations;

/** Operations that answer with events. */
export type StreamName = {
  [O in OperationName]: (typeof operations)[O]["answer"] extends "text/event-stream" ? O : never;
}[OperationName];

type Field<O extends OperationName, F extends string> = Operations[O]["data"] extends { [K in F]: infer V }
  ? V
  : Operations[O]["data"] extends { [K in F]?: infer V }
    ? V
    : undefined;

export interface Call<O extends OperationName> {
  world: World;
  path: Field<O, "path">;
  query: [NonNullable<Field<O, "query">>] extends [never] ? Record<never, never> : Partial<NonNullable<Field<O, "query">>>;
  body: Field<O, "body">;
  headers: Headers;
  /** Aborted when the client has gone. */
  signal: AbortSignal;
}

type Responses<O extends OperationName> = Operations[O]["responses"];

/** One of the documented answers with its status, or bytes, for those that are no JSON. */
export type Answer<O extends OperationName> =
  | {
      [S in keyof Responses<O>]: { status: S; body: Responses<O>[S]; headers?: Record<string, string> };
    }[keyof Responses<O>]
  | Response;

type Frame<O extends StreamName> = Responses<O> extends { 200: infer F } ? F : never;

/** A stream of events; what they are called and numbered is part of the frame. */
export type Handler<O extends OperationName> = O extends StreamName
  ? (call: Call<O>) => AsyncIterable<{ id?: string | number; data: Frame<O> }>
  : (call: Call<O>) => Answer<O> | Promise<Answer<O>>;

/** Every operation of the API, answered or knowingly left out. */
export type Handlers = { [O in OperationName]: Handler<O> | "not mocked" };

/** An answer of the kind `application/problem+json`. */
export class Refusal extends Error {
  readonly problem: Problem;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    code: ErrorCode,
    message: Message,
    more: { hint?: Message; errors?: ProblemItem[]; headers?: Record<string, string> } = {},
  ) {
    super(message.text);
    const title = code.replaceAll("-", " ");
    this.headers = more.headers ?? {};
    this.problem = {
      type: `/errors/${code}`,
      title,
      status,
      code,
      detail: message.text,
      message,
      hint: more.hint ?? null,
      errors: more.errors ?? [],
      warnings: [],
    };
  }
}

export const ok = <B>(body: B, headers?: Record<string, string>) => ({ status: 200 as const, body, headers: headers ?? {} });
export const created = <B>(body: B, headers?: Record<string, string>) => ({ status: 201 as const, body, headers: headers ?? {} });
export const accepted = <B>(body: B) => ({ status: 202 as const, body });
export const nothing = { status: 204 as const, body: undefined };

export const noStack = () => new Refusal(404, "stack-not-found", said("no_such_stack"), { hint: said("see_stacks") });
export const noVersion = () => new Refusal(404, "version-not-found", said("no_such_version"));
export const noCommand = () => new Refusal(404, "command-not-found", said("no_such_command"));

/** What selects stacks: a pattern of their names, or a label. */
export const SELECTOR = /^(?:[a-z0-9_*-]{1,63}|[a-z0-9](?:[a-z0-9\-_./]{0,61}[a-z0-9])?=[A-Za-z0-9\-_.]{0,63})$/;

/** One page of a list, as the API cuts it. The cursor is the position. */
export function page<T>(items: T[], query: { limit?: number; cursor?: string }): { items: T[]; next: string | null } {
  // As strict as the server: an empty cursor is none of this list.
  if (query.cursor !== undefined && !/^\d+$/.test(query.cursor)) {
    throw new Refusal(400, "invalid-request", said("cursor_invalid"), { hint: said("send_next_as_cursor") });
  }
  const start = Number(query.cursor ?? 0);
  const end = start + (query.limit ?? 50);
  return { items: items.slice(start, end), next: end < items.length ? String(end) : null };
}
