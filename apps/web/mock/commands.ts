// Commands of the mock: they wait in the queue, run step by step as time passes, and then change the world.
import type {
  Actor,
  Command,
  CommandKind,
  CommandPayload,
  Event,
  Failure,
  KnownEvent,
  Offer,
} from "../src/api/generated/types.gen";
import { derivedState } from "./containers";
import { uuid } from "./random";
import { said } from "./said";
import { admin, changed, findStack, worker, type Run, type RunStep, type StackRecord, type World } from "./world";

export function commandOffers(command: Pick<Command, "status" | "timestamps">): Offer[] {
  const { status } = command;
  const retry = status === "FAILED" ? null : said("command_has_not_failed", { status });
  const cancel =
    status === "DONE" || status === "CANCELLED"
      ? said("command_has_ended", { status })
      : status === "RUNNING" && command.timestamps.cancel_requested_at !== null
        ? said("command_was_asked_to_stop")
        : null;
  return [
    { name: "retry_command", allowed: retry === null, reason: retry },
    { name: "cancel_command", allowed: cancel === null, reason: cancel },
  ];
}

export function addCommand(
  world: World,
  kind: CommandKind,
  stack: StackRecord | null,
  more: Partial<Command> & { at?: string; payload?: CommandPayload | null; principal?: Actor } = {},
): Command {
  world.seq += 1;
  const { at = new Date().toISOString(), ...rest } = more;
  const command: Command = {
    actions: [],
    attempt: 0,
    command_id: uuid(`command ${world.scenario} ${world.seq}`),
    failure: null,
    kind,
    lane: stack === null ? "prune" : `stack/${stack.id}`,
    payload: null,
    principal: admin,
    progress: null,
    result: null,
    retry: 0,
    seq: world.seq,
    stack_id: stack?.id ?? null,
    status: "PENDING",
    timestamps: { cancel_requested_at: null, created_at: at, finished_at: null, started_at: null },
    version: null,
    waits_behind: null,
    ...rest,
  };
  command.actions = commandOffers(command);
  world.commands.push(command);
  tell(world, command, "ENQUEUED", {}, command.principal, at);
  return command;
}

/** A command that is over when the scenario begins. */
export function addDone(world: World, kind: CommandKind, stack: StackRecord | null, at: string, tookSeconds: number, more: Partial<Command> = {}): Command {
  const finished = new Date(Date.parse(at) + tookSeconds * 1000).toISOString();
  const command = addCommand(world, kind, stack, {
    at,
    attempt: 1,
    status: "DONE",
    result: { effects: Math.ceil(tookSeconds / 2), notes: [], rolled_back_to: null },
    ...more,
    timestamps: { cancel_requested_at: null, created_at: at, started_at: at, finished_at: finished },
  });
  tell(world, command, "CLAIMED", {}, worker, at);
  if (command.status === "DONE") {
    tell(world, command, "DONE", { detail: { effects: command.result?.effects ?? 0, notes: [] } }, worker, finished);
  }
  return command;
}

/** Appends to the log of events. What is not given has the value of an event without detail. */
export function tell(
  world: World,
  command: Command,
  kind: KnownEvent["kind"],
  more: { op?: string; target?: string; detail?: unknown } = {},
  actor: Actor = worker,
  at: string = new Date().toISOString(),
): void {
  const event = {
    actor,
    at,
    attempt: command.attempt,
    command_id: command.command_id,
    detail: more.detail ?? null,
    epoch: actor.kind === "system" ? 1 : null,
    id: world.events.length + 1,
    kind,
    op: more.op ?? "",
    seq: command.seq,
    stack_id: command.stack_id,
    target: more.target ?? "",
  };
  world.events.push(event as Event);
  for (const listener of world.listeners) listener();
}

/** The failure of a service that does not become healthy. */
export function unhealthy(container: string, logs: string[]): Failure {
  return {
    also: [],
    code: "SERVICE_UNHEALTHY",
    hint: said("check_log_and_healthcheck"),
    logs,
    message: said("container_unhealthy", { container }),
    subject: container,
  };
}

export function enqueue(
  world: World,
  command: Command,
  steps: RunStep[],
  finish: () => void,
  more: { stepMs?: number; failsAt?: number | null } = {},
): Command {
  world.runs.push({ command, startedAt: 0, told: 0, steps, stepMs: more.stepMs ?? 700, failsAt: more.failsAt ?? null, finish });
  changed(world, ["commands"], command.stack_id === null ? null : [command.stack_id]);
  advance(world);
  return command;
}

function holderOf(command: Command) {
  return {
    command_id: command.command_id,
    kind: command.kind,
    seq: command.seq,
    since: command.timestamps.created_at,
    stack_id: command.stack_id,
    status: command.status,
  };
}

/** The failed command of the same stack that a command waits behind. */
export const blockerOf = (world: World, command: Command): Command | undefined =>
  world.commands.find((one) => one.status === "FAILED" && one.stack_id === command.stack_id && one.seq < command.seq);

function settle(world: World, run: Run, status: "DONE" | "FAILED" | "CANCELLED"): void {
  const { command } = run;
  command.status = status;
  command.progress = null;
  command.timestamps.finished_at = new Date().toISOString();
  if (status === "DONE") {
    run.finish();
    command.result = { effects: run.steps.length, notes: [], rolled_back_to: null };
    tell(world, command, "DONE", { detail: { effects: run.steps.length, notes: [] } });
  } else if (status === "FAILED") {
    const step = run.steps[run.failsAt ?? 0];
    const container = step?.target ?? "web";
    command.failure = unhealthy(container, ["ready on 0.0.0.0:8080", "GET /healthz 500 in 3 ms", "Error: connect ECONNREFUSED 127.0.0.1:5433"]);
    tell(world, command, "FAILED", {
      detail: { also: [], code: command.failure.code, message: command.failure.message, subject: container },
    });
  } else {
    tell(world, command, "CANCELLED", { detail: { code: null, notes: [] } });
  }
  command.actions = commandOffers(command);
  const stack = command.stack_id === null ? undefined : findStack(world, command.stack_id);
  if (stack !== undefined) {
    stack.revision += 1;
    stack.updatedAt = command.timestamps.finished_at;
    if (status === "DONE") stack.state = derivedState(stack);
  }
  world.runs = world.runs.filter((one) => one !== run);
  changed(world, ["commands", "stacks", "observation"], command.stack_id === null ? null : [command.stack_id]);
}

function begin(world: World, run: Run, now: number): void {
  const { command } = run;
  run.startedAt = now;
  command.status = "RUNNING";
  command.attempt += 1;
  command.waits_behind = null;
  command.timestamps.started_at = new Date(now).toISOString();
  tell(world, command, "CLAIMED");
  tell(world, command, "PLANNED", { detail: { blockers: 0, effects: run.steps.length, steps: run.steps.length } });
}

function tellSteps(world: World, run: Run, upTo: number): void {
  for (; run.told < upTo; run.told += 1) {
    const step = run.steps[run.told];
    if (step === undefined) continue;
    const about = { op: step.op, target: step.target };
    tell(world, run.command, "INTENT", {
      ...about,
      detail: { action: step.action, cause: step.cause, container_id: null, effect: run.told + 1, step_id: run.told + 1, ...about },
    });
    tell(world, run.command, "OUTCOME", {
      ...about,
      detail: {
        container_id: null, effect: run.told + 1, error_class: null, image_id: null, message: null, network_id: null, observed: null,
        ok: true, tolerated: false, took_ms: run.stepMs, warnings: [], ...about,
      },
    });
  }
}

/** Brings the world to the present: called before each answer, and by open streams. */
export function advance(world: World): void {
  if (world.workerAway) return;
  for (;;) {
    const now = Date.now();
    const running = world.runs.find((run) => run.command.status === "RUNNING");
    for (const run of world.runs.filter((one) => one !== running)) {
      const blocker = blockerOf(world, run.command) ?? running?.command;
      run.command.waits_behind = blocker === undefined ? null : holderOf(blocker);
    }
    if (running === undefined) {
      const next = world.runs.find((run) => run.command.waits_behind === null);
      if (next === undefined) return;
      begin(world, next, now);
      continue;
    }
    const done = Math.floor((now - running.startedAt) / running.stepMs);
    const { command, failsAt } = running;
    if (command.timestamps.cancel_requested_at !== null) {
      settle(world, running, "CANCELLED");
      continue;
    }
    if (failsAt !== null && done > failsAt) {
      tellSteps(world, running, failsAt);
      settle(world, running, "FAILED");
      continue;
    }
    tellSteps(world, running, Math.min(done, running.steps.length));
    if (done >= running.steps.length) {
      settle(world, running, "DONE");
      continue;
    }
    const step = running.steps[done];
    command.progress = {
      current: step === undefined ? [] : [step.action],
      deadline: new Date(running.startedAt + 600_000).toISOString(),
      done,
      total: running.steps.length,
    };
    return;
  }
}
