// From a request to an answer: which operation it is, in which world, and the form of what the handler says.
import { operations } from "../src/api/generated/operations.gen";
import { Refusal, type OperationName } from "./api";
import { advance } from "./commands";
import { handlers } from "./handlers";
import { csrfOf } from "./handlers/session";
import { checkRights } from "./rights";
import { foreign, said } from "./said";
import { newWorld } from "./scenarios";
import { scenarios, type Scenario, type World } from "./world";

const cookieName = "mock-world";
const most = 64;
const worlds = new Map<string, World>();

function remember(key: string, scenario: Scenario, pace = 1): World {
  const world = newWorld(scenario, pace);
  worlds.set(key, world);
  const oldest = worlds.keys().next().value;
  if (worlds.size > most && oldest !== undefined) worlds.delete(oldest);
  return world;
}

const isScenario = (word: string): word is Scenario => scenarios.some((one) => one === word);

export function worldOf(request: Request): World {
  const key = new RegExp(`${cookieName}=([\\w.-]+)`).exec(request.headers.get("Cookie") ?? "")?.[1] ?? "lively.shared";
  const scenario = key.split(".")[0] ?? "";
  return worlds.get(key) ?? remember(key, isScenario(scenario) ? scenario : "lively");
}

interface Route {
  name: OperationName;
  method: string;
  pattern: RegExp;
  parameters: Record<string, string>;
  literals: number;
}

const routes: Route[] = Object.entries(operations).map(([name, { method, path, parameters }]) => ({
  name: name as OperationName,
  method,
  // The path of a file may have slashes.
  pattern: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, (_, word: string) => (word === "path" ? `(?<${word}>.+)` : `(?<${word}>[^/]+)`))}$`),
  parameters,
  literals: path.replaceAll(/\{\w+\}/g, "").length,
}));
routes.sort((a, b) => b.literals - a.literals);

function match(method: string, pathname: string): { route: Route; path: [string, string][] } | null {
  for (const route of routes) {
    const found = route.method === method ? route.pattern.exec(pathname) : null;
    if (found !== null) {
      return { route, path: Object.entries(found.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]) };
    }
  }
  return null;
}

function typed(kind: string | undefined, text: string): unknown {
  if (kind === "integer" || kind === "number") return Number(text);
  if (kind === "boolean") return text === "true";
  return kind === "array" ? text.split(",") : text;
}

const typedAll = (entries: Iterable<[string, string]>, kinds: Record<string, string>) =>
  Object.fromEntries([...entries].map(([name, text]) => [name, typed(kinds[name], text)]));

async function bodyOf(request: Request): Promise<unknown> {
  if (request.method === "GET" || request.body === null) return undefined;
  if (!(request.headers.get("Content-Type") ?? "").includes("json")) return request.blob();
  const text = await request.text();
  return text === "" ? undefined : JSON.parse(text);
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}, type = "application/json") =>
  new Response(body === undefined ? null : JSON.stringify(body), { status, headers: { "Content-Type": type, "Cache-Control": "no-store", ...headers } });

const refused = ({ problem, headers }: Refusal) => json(problem.status, problem, headers, "application/problem+json");

function events(frames: AsyncIterable<{ id?: string | number; data: unknown }>, abort: AbortController): Response {
  const text = new TextEncoder();
  const iterator = frames[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(text.encode(": hello\n\n")),
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(text.encode(`${value.id === undefined ? "" : `id: ${value.id}\n`}data: ${JSON.stringify(value.data)}\n\n`));
    },
    cancel: () => abort.abort(),
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-store" } });
}

/** Goes to a scenario: a world of its own for this browser. With `?pace=20` its figures come twenty times as fast. */
function chooseWorld({ pathname, searchParams }: URL): Response | null {
  const scenario = /^\/__mock\/([\w-]+)$/.exec(pathname)?.[1];
  if (scenario === undefined || !isScenario(scenario)) return null;
  const key = `${scenario}.${crypto.randomUUID()}`;
  remember(key, scenario, Number(searchParams.get("pace") ?? 1));
  return new Response(null, { status: 302, headers: { Location: "/", "Set-Cookie": `${cookieName}=${key}; Path=/; SameSite=Lax` } });
}

interface Call {
  world: World;
  path: unknown;
  query: unknown;
  body: unknown;
  headers: Headers;
  signal: AbortSignal;
}
type Answered = Response | { status: number | string; body: unknown; headers?: Record<string, string> } | AsyncIterable<{ data: unknown }>;

async function run(handler: (call: Call) => Answered | Promise<Answered>, call: Omit<Call, "signal">): Promise<Response> {
  const abort = new AbortController();
  const answered = await handler({ ...call, signal: abort.signal });
  if (answered instanceof Response) return answered;
  if (Symbol.asyncIterator in answered) return events(answered, abort);
  return json(Number(answered.status), answered.body, answered.headers);
}

/** What somebody needs before they are signed in. */
const open = new Set(["/api/v1/session/oidc", "/api/v1/session/oidc/code", "/api/v1/session/password", "/api/v1/setup", "/api/v1/invitations/accept"]);

/** A session, and for writes of a browser the token against forged ones. */
function checkAccess(world: World, request: Request, path: string): void {
  if (!path.startsWith("/api/") || open.has(path) || (path === "/api/v1/session" && request.method !== "DELETE")) return;
  if (!world.signedIn) throw new Refusal(401, "session-ended", foreign("the session has ended"));
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (isRead || !request.headers.has("Sec-Fetch-Site")) return;
  if (request.headers.get("X-CSRF-Token") !== csrfOf(world)) throw new Refusal(403, "csrf-invalid", foreign("the header `X-CSRF-Token` is not that of the session"));
}

/** As many of a list as the server gives at once; more are refused there, so they are here. */
const mostAtOnce = 200;

function checkLimit(url: URL): void {
  const limit = Number(url.searchParams.get("limit") ?? 1);
  if (limit < 1 || limit > mostAtOnce) throw new Refusal(400, "invalid-request", foreign(`\`limit\` is ${limit}, but must be from 1 to ${mostAtOnce}`));
}

/** Answers a request to the API, or null for what is none. */
export async function answer(request: Request): Promise<Response | null> {
  const url = new URL(request.url);
  if (url.pathname === "/__mock/end-session") {
    worldOf(request).signedIn = false;
    return new Response("ended");
  }
  const chosen = chooseWorld(url);
  if (chosen !== null) return chosen;
  if (!/^\/(api|healthz|readyz|metrics)(\/|$)/.test(url.pathname)) return null;
  const world = worldOf(request);
  advance(world);
  try {
    checkAccess(world, request, url.pathname);
    checkLimit(url);
    const matched = match(request.method, url.pathname);
    if (matched !== null) {
      const { route, path } = matched;
      const handler = handlers[route.name];
      if (handler === "not mocked") throw new Refusal(501, "not-implemented", foreign(`${route.name} is not mocked`));
      checkRights(world, route.name, Object.fromEntries(path));
      // The types belong together by the name of the operation, which the compiler cannot follow through a table.
      return await run(handler as unknown as (call: Call) => Answered, {
        world,
        path: typedAll(path, route.parameters),
        query: typedAll(url.searchParams, route.parameters),
        body: await bodyOf(request),
        headers: request.headers,
      });
    }
    throw new Refusal(404, "not-found", said("no_route", { path: url.pathname }), { hint: said("see_routes") });
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    console.error(error);
    return refused(new Refusal(500, "internal", said("server_failed")));
  }
}
