// @vitest-environment node
import { describe, expect, test } from "vitest";
import { operations } from "../src/api/generated/operations.gen";
import type { Command, Plan, SavedVersion, StackPage } from "../src/api/generated/types.gen";
import { handlers } from "./handlers";
import { mockFetch } from "./node";
import { scenarios } from "./world";

const lists = Object.entries(operations).filter(
  ([name, { method, path, answer }]) => method === "GET" && answer === "application/json" && !path.includes("{") && handlers[name as keyof typeof handlers] !== "not mocked",
);

describe.each(scenarios.filter((one) => !["signed-out", "set-up", "provider", "viewer", "operator"].includes(one)))("%s", (scenario) => {
  test.each(lists)("%s answers", async (_, { path }) => {
    const response = await mockFetch(scenario)(path);
    // A host without a worker has no lists of images and volumes, and says so.
    expect([200, ...(scenario === "away" ? [503] : [])]).toContain(response.status);
    expect(await response.json()).toBeTypeOf("object");
  });
});

test("nobody is let in without a session", async () => {
  const response = await mockFetch("signed-out")("/api/v1/stacks");
  expect(response.status).toBe(401);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
});

async function json<T>(response: Response): Promise<T> {
  expect(response.ok).toBe(true);
  return (await response.json()) as T;
}

const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(body),
});

test("a stack is saved, planned, applied, and runs", async () => {
  const call = mockFetch("empty");
  const compose = "name: hello\n\nservices:\n  web:\n    image: nginx:1.27.3\n";
  const { stack } = await json<SavedVersion>(await call("/api/v1/stacks", post({ compose, comment: "first" })));
  const base = `/api/v1/stacks/${stack.stack_id}`;
  const plan = await json<Plan>(await call(`${base}/plan/1`, { method: "POST" }));
  expect(plan.steps.map((step) => step.op)).toEqual(["create_network", "pull_image", "create_container", "start_container", "await_stable"]);
  const command = await json<Command>(await call(`${base}/apply/1`, post({ plan_id: plan.plan_id }, { "If-Match": stack.revision })));
  const done = await json<Command>(await call(`/api/v1/commands/${command.command_id}?wait=10`));
  expect(done.status).toBe("DONE");
  const { items } = await json<StackPage>(await call("/api/v1/stacks"));
  expect(items[0]).toMatchObject({ state: "running", current_version: 1, containers: { total: 1, up: 1 } });
}, 15_000);

test("what was decided on an older state is refused", async () => {
  const call = mockFetch();
  const { items } = await json<StackPage>(await call("/api/v1/stacks?name=vault"));
  const response = await call(`/api/v1/stacks/${items[0]?.stack_id ?? ""}/stop`, post({}, { "If-Match": "0000" }));
  expect(response.status).toBe(412);
  expect(await response.json()).toMatchObject({ code: "precondition-failed" });
});

test("the crowded host has more than five hundred containers", async () => {
  const response = await json<{ containers: unknown[] }>(await mockFetch("crowded")("/api/v1/stats"));
  expect(response.containers.length).toBeGreaterThan(500);
});

test("the stream brings what was asked for, and nothing else", async () => {
  const kinds = async (topics: string): Promise<string[]> => {
    const { body } = await mockFetch()(`/api/v1/stream?after=0&topics=${topics}`);
    if (body === null) throw new Error("a stream has a body");
    let text = "";
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (text.includes(topics.includes("statistics") ? "STATISTICS" : "EVENT")) break;
    }
    return [...new Set([...text.matchAll(/"kind":"(BEGIN|EVENT|STATISTICS)"/g)].map(([, kind]) => kind ?? ""))];
  };
  expect(await kinds("events,statistics")).toEqual(["BEGIN", "EVENT", "STATISTICS"]);
  expect(await kinds("events")).toEqual(["BEGIN", "EVENT"]);
});
