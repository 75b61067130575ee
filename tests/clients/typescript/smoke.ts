/** The work of every client of `tests/clients`, with the types and calls that were generated for TypeScript. */
import assert from "node:assert/strict";
import { createClient } from "./client/client/index.ts";
import * as api from "./client/sdk.gen.ts";
import type { Command, Event, KnownEvent, StreamFrame } from "./client/types.gen.ts";

const { CORE_MONITOR_URL: baseUrl, CORE_MONITOR_TOKEN: token } = process.env;
assert(baseUrl && token, "CORE_MONITOR_URL and CORE_MONITOR_TOKEN are set by run.sh");
const client = createClient({ baseUrl, auth: token });

/** The body of an answer; a problem is an error. */
async function ok<T>(answer: Promise<{ data?: T; error?: unknown }>): Promise<NonNullable<T>> {
  const { data, error } = await answer;
  assert.equal(error, undefined, JSON.stringify(error));
  assert(data !== undefined && data !== null);
  return data;
}

/** Kinds that this client knows; a later server may send others. */
function isKnown(event: Event): event is KnownEvent {
  const kinds: KnownEvent["kind"][] = ["ENQUEUED", "CLAIMED", "PLANNED", "INTENT", "OUTCOME", "PROGRESS", "DONE"];
  return kinds.some((kind) => kind === event.kind);
}

const name = `clients-typescript-${process.pid}`;
const compose = (hostname: string) => ({
  services: { web: { image: "test/busybox:1", command: ["idle"], stop_grace_period: "1s", hostname } },
});

// A typed problem.
const missing = await api.showStack({ client, path: { id: "01a22844-0000-7000-8000-000000000000" } });
assert.equal(missing.error?.code, "stack-not-found");
assert.equal(missing.error?.message.text, missing.error?.detail);

// Errors with positions.
const invalid = await api.lintDefinition({ client, body: { compose: "services:\n  web: {imgae: x}\n" } });
assert.equal(invalid.error?.errors[0]?.line, 2);

// Two versions, and what differs.
const created = await ok(api.createStack({ client, body: { name, compose: compose("one") } }));
const id = created.stack.stack_id;
const saved = await ok(
  api.saveVersion({
    client,
    path: { id },
    headers: { "If-Match": created.stack.revision },
    body: { compose: compose("two"), secret_variables: { PASSWORD: { generate: { length: 24 } } } },
  }),
);
const difference = await ok(api.diffVersions({ client, path: { id, from_version: 1, to_version: 2 } }));
assert(difference.model.some((change) => change.after === "two"), JSON.stringify(difference.model));

// A plan, and exactly this plan.
const plan = await ok(api.makePlan({ client, path: { id, version: 2 } }));
assert(plan.steps.some((step) => step.op === "create_container" && step.service === "web"), JSON.stringify(plan.steps));
const applied = await ok(
  api.applyVersion({
    client,
    path: { id, version: 2 },
    headers: { "If-Match": saved.stack.revision, "Idempotency-Key": name },
    body: { plan_id: plan.plan_id },
  }),
);

// Its events as they happen, until it has ended.
const stream = await api.streamCommandEvents({ client, path: { id: applied.command_id } });
const events: Event[] = [];
let ended: Command | undefined;
for await (const frame of stream.stream as AsyncIterable<StreamFrame>) {
  if (frame.kind === "EVENT") events.push(frame.event);
  if (frame.kind === "SETTLED") {
    ended = frame.command;
    break;
  }
}
assert.equal(ended?.status, "DONE", JSON.stringify(ended?.failure));
const intents = events.filter(isKnown).filter((event) => event.kind === "INTENT");
const steps = new Set(plan.steps.map((step) => step.id));
assert(intents.length > 0 && intents.every(({ detail }) => detail.step_id === null || steps.has(detail.step_id)));

// What runs now.
const listed = await ok(api.listStacks({ client, query: { name } }));
assert.equal(listed.items[0]?.state, "running");
assert.equal(listed.items[0]?.last_command?.status, "DONE");
const containers = await ok(api.listStackContainers({ client, path: { id } }));
assert.equal(containers.items[0]?.service, "web");

// And away again.
const stack = await ok(api.showStack({ client, path: { id } }));
const deleted = await ok(
  api.deleteStack({ client, path: { id }, query: { wait: 60 }, headers: { "If-Match": stack.revision }, body: { volumes: true } }),
);
assert.equal(deleted.status, "DONE", JSON.stringify(deleted.failure));
console.log(`TypeScript: ${events.length} events of one apply`);
