import type { Instance, InstancePhase, Sweep } from "../../src/api/generated/types.gen";
import { accepted, created, nothing, ok, page, Refusal, type Call, type Handlers } from "../api";
import { addCommand, enqueue } from "../commands";
import { derivedState, servicesOf, stackListItem } from "../containers";
import { addInstance } from "../fixtures/templates";
import { powerSteps, removeSteps } from "../plans";
import { foreign, said } from "../said";
import { changed, findStack, type InstanceRecord, type StackRecord, type TemplateRecord, type World } from "../world";
import { checkValues, newest, templateOf } from "./templates";

export interface Found {
  template: TemplateRecord;
  instance: InstanceRecord;
  stack: StackRecord;
}

function find(world: World, path: { template: string; key: string }): Found {
  const template = templateOf(world, path.template);
  const instance = template.instances.find((one) => one.key === path.key);
  const stack = instance === undefined ? undefined : findStack(world, instance.stackId);
  if (instance === undefined || stack === undefined) throw new Refusal(404, "instance-not-found", foreign(`the template has no instance \`${path.key}\``));
  return { template, instance, stack };
}

const UNDER_WAY: Record<string, InstancePhase> = { APPLY: "starting", START: "starting", RESTART: "starting", STOP: "stopping", DELETE: "removing" };
const STANDING: Record<string, InstancePhase> = { running: "serving", partial: "starting", asleep: "asleep", stopped: "stopped", degraded: "failed", not_applied: "queued", completed: "built", unknown: "queued" };

function phaseOf(world: World, { instance, stack }: Found): InstancePhase {
  const open = world.commands.findLast((one) => one.stack_id === stack.id && (one.status === "PENDING" || one.status === "RUNNING"));
  return (open === undefined ? undefined : UNDER_WAY[open.kind]) ?? instance.phase ?? STANDING[stack.state] ?? "queued";
}

const later = (at: string, seconds: number) => new Date(Date.parse(at) + seconds * 1_000).toISOString();

/** What ends it first, as the server counts it. */
function endOf({ template, instance }: Found): { cause: Sweep["kind"]; since: string; due: string } | null {
  const { remove_after_seconds: after, max_age_seconds: age, grace_seconds: grace } = newest(template).declaration.lifetime;
  const ends = [
    instance.stoppedSince !== null && after !== null && { cause: "stopped" as const, since: instance.stoppedSince, due: later(instance.stoppedSince, after) },
    age !== null && { cause: "age" as const, since: instance.createdAt, due: later(instance.createdAt, age) },
    instance.unlistedSince !== null && { cause: "unlisted" as const, since: instance.unlistedSince, due: later(instance.unlistedSince, grace) },
  ];
  return ends.filter((end) => end !== false).toSorted((a, b) => (a.due < b.due ? -1 : 1))[0] ?? null;
}

function body(world: World, found: Found): Instance {
  const { template, instance, stack } = found;
  const { containers, health, last_command } = stackListItem(world, stack);
  const host = `${instance.key}.preview.localhost`;
  return {
    template: template.name,
    key: instance.key,
    stack_id: stack.id,
    stack_name: stack.name,
    template_version: instance.templateVersion,
    phase: phaseOf(world, found),
    health,
    url: `http://${host}/`,
    hosts: [host],
    ports: instance.ports,
    values: instance.values,
    stopped_since: instance.stoppedSince,
    unlisted_since: instance.unlistedSince,
    held: instance.held,
    removed_at: instance.held ? null : (endOf(found)?.due ?? null),
    containers,
    created_by: instance.createdBy,
    created_at: instance.createdAt,
    last_command,
  };
}

function power(kind: "START" | "STOP" | "RESTART", op: "start_container" | "stop_container" | "restart_container") {
  return ({ world, path }: Call<"startInstance">) => {
    const { stack, instance } = find(world, path);
    const command = addCommand(world, kind, stack, { payload: { kind, service: null } });
    return accepted(
      enqueue(world, command, powerSteps(stack, op, null), () => {
        for (const { name } of servicesOf(stack)) {
          if (kind === "STOP") stack.trouble[name] = { state: "stopped", up: 0, status: "Exited (0) less than a minute ago" };
          else delete stack.trouble[name];
        }
        instance.phase = null;
        instance.stoppedSince = kind === "STOP" ? new Date().toISOString() : null;
        stack.state = derivedState(stack);
      }),
    );
  };
}

function hold(held: boolean) {
  return ({ world, path }: Call<"holdInstance">) => {
    const found = find(world, path);
    found.instance.held = held;
    changed(world, ["audit"]);
    return ok(body(world, found));
  };
}

export function bring(world: World, found: Found, finish: () => void = () => undefined) {
  const command = addCommand(world, "APPLY", found.stack, { version: found.stack.versions.length, payload: { kind: "APPLY", version: found.stack.versions.length, force_recreate: [], on_failure: "hold", plan_id: null, readiness: "ready" } });
  return enqueue(world, command, powerSteps(found.stack, "start_container", null), () => {
    found.stack.trouble = {};
    found.stack.state = "running";
    found.instance.phase = null;
    finish();
  });
}

export const found = (world: World, template: TemplateRecord): Found[] => template.instances.flatMap((instance) => {
  const stack = findStack(world, instance.stackId);
  return stack === undefined ? [] : [{ template, instance, stack }];
});

const REASONS = { stopped: "swept_because_stopped", age: "swept_because_of_age", unlisted: "swept_because_unlisted" } as const;

export const instances = {
  listInstances: ({ world, path, query }) => ok(page(found(world, templateOf(world, path.template)).map((one) => body(world, one)).toSorted((a, b) => (a.key < b.key ? -1 : 1)), query)),
  showInstance: ({ world, path }) => ok(body(world, find(world, path))),
  launchInstance: ({ world, path, body: given }) => {
    const template = templateOf(world, path.template);
    const there = template.instances.find((one) => one.key === path.key);
    if (there !== undefined) return ok({ instance: body(world, find(world, path)), command: null });
    const values = { ...given?.values };
    checkValues(template, values);
    const secrets = new Set(newest(template).declaration.parameters.filter(({ kind }) => kind === "secret").map(({ name }) => name));
    const kept = Object.fromEntries(Object.entries(values).filter(([name]) => !secrets.has(name)));
    addInstance(world, template, path.key, { ageMinutes: 0, state: "not_applied", instance: { values: kept, ports: { PORT: 8_011 + template.instances.length } } });
    const made = find(world, path);
    const command = bring(world, made);
    changed(world, ["stacks", "commands"], [made.stack.id]);
    return created({ instance: body(world, made), command });
  },
  upgradeInstance: ({ world, path, body: given }) => {
    const one = find(world, path);
    one.instance.templateVersion = given?.version ?? one.template.versions.length;
    const command = bring(world, one);
    return ok({ instance: body(world, one), command });
  },
  startInstance: power("START", "start_container"),
  stopInstance: power("STOP", "stop_container"),
  restartInstance: power("RESTART", "restart_container"),
  rebuildInstance: ({ world, path }) => accepted(bring(world, find(world, path))),
  removeInstance: ({ world, path }) => {
    const { template, instance, stack } = find(world, path);
    const command = addCommand(world, "DELETE", stack, { payload: { kind: "DELETE", containers: true, definition: true, volumes: true, plan_id: null } });
    return accepted(
      enqueue(world, command, removeSteps(stack, true), () => {
        world.stacks = world.stacks.filter((one) => one !== stack);
        template.instances = template.instances.filter((one) => one !== instance);
      }),
    );
  },
  holdInstance: hold(true),
  releaseInstance: hold(false),
  showKeys: ({ world, path }) => {
    const { keys } = templateOf(world, path.template);
    if (keys === null) throw new Refusal(404, "no-key-list", said("no_key_list"), { hint: said("set_key_list") });
    return ok(keys);
  },
  setKeys: ({ world, path, body: given }) => {
    const template = templateOf(world, path.template);
    const now = new Date().toISOString();
    const url = given.url ?? null;
    template.keys = { url, every_seconds: url === null ? null : (given.every_seconds ?? 60), keys: given.keys ?? [], taken_at: url === null ? now : null, asked_at: null, trouble: null };
    changed(world, ["audit"]);
    return ok(template.keys);
  },
  removeKeys: ({ world, path }) => {
    templateOf(world, path.template).keys = null;
    changed(world, ["audit"]);
    return nothing;
  },
  listSweeps: ({ world }) => {
    const all = world.templates.flatMap((template) => found(world, template));
    const items = all.flatMap((one): Sweep[] => {
      const end = endOf(one);
      if (end === null) return [];
      const { template, instance, stack } = one;
      return [{ template: template.name, key: instance.key, stack_id: stack.id, stack_name: stack.name, kind: end.cause, reason: said(REASONS[end.cause]), since: end.since, due_at: end.due, held: instance.held, removing: phaseOf(world, one) === "removing" }];
    });
    return ok({ items: items.toSorted((a, b) => (a.due_at < b.due_at ? -1 : 1)) });
  },
  // No page shows them; whoever asks gets a file without instances.
  showNginxRoutes: () => routes(),
  showCaddyRoutes: () => routes(),
  showTraefikRoutes: () => routes(),
} satisfies Partial<Handlers>;

function routes() {
  return new Response("# no instances\n", { headers: { "Content-Type": "text/plain; charset=utf-8" } });
}
