import type { Command, StreamFrame } from "../../src/api/generated/types.gen";
import { accepted, noCommand, ok, page, Refusal, type Handlers } from "../api";
import { advance, blockerOf, commandOffers, enqueue, tell } from "../commands";
import { stepsTo } from "../plans";
import { said } from "../said";
import { follow } from "../streams";
import { admin, changed, findStack, type World } from "../world";

export function commandOf(world: World, id: string): Command {
  const command = world.commands.find((one) => one.command_id === id);
  if (command === undefined) throw noCommand();
  return command;
}

/** Waits as the server does for `?wait=`, in steps. */
async function settled(command: Command, seconds: number, refresh: () => void): Promise<void> {
  const until = Date.now() + seconds * 1000;
  while (Date.now() < until && (command.status === "PENDING" || command.status === "RUNNING")) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    refresh();
  }
}

async function* eventsOf(world: World, signal: AbortSignal, after: number, wanted: (id: string | null) => boolean): AsyncGenerator<{ id: number; data: StreamFrame }> {
  let last = after;
  for await (const _ of follow(world, signal)) {
    for (const event of world.events.slice(last)) {
      last = event.id;
      if (wanted(event.command_id)) yield { id: event.id, data: { kind: "EVENT", event } };
    }
  }
}

export const commands = {
  listCommands: ({ world, query }) => {
    const found = world.commands.filter(
      (one) =>
        (query.stack_id === undefined || one.stack_id === query.stack_id) &&
        (query.status === undefined || query.status.includes(one.status)) &&
        (query.kind === undefined || query.kind.includes(one.kind)) &&
        (query.since === undefined || one.timestamps.created_at >= query.since) &&
        (query.until === undefined || one.timestamps.created_at < query.until),
    );
    return ok(page(query.order === "oldest_first" ? found : found.toReversed(), query));
  },
  showCommand: async ({ world, path, query }) => {
    const command = commandOf(world, path.id);
    await settled(command, query.wait ?? 0, () => advance(world));
    return ok(command);
  },
  cancelCommand: ({ world, path }) => {
    const command = commandOf(world, path.id);
    if (command.status === "DONE" || command.status === "CANCELLED") {
      throw new Refusal(409, "command-ended", said("command_ended_already", { status: command.status }));
    }
    command.timestamps.cancel_requested_at = new Date().toISOString();
    tell(world, command, "CANCEL_REQUESTED", {}, admin);
    if (command.status !== "RUNNING") {
      command.status = "CANCELLED";
      command.timestamps.finished_at = new Date().toISOString();
      world.runs = world.runs.filter((run) => run.command !== command);
      tell(world, command, "CANCELLED", { detail: { code: null, notes: [] } });
    }
    command.actions = commandOffers(command);
    changed(world, ["commands", "stacks"], command.stack_id === null ? null : [command.stack_id]);
    return command.status === "RUNNING" ? accepted(command) : ok(command);
  },
  retryCommand: ({ world, path }) => {
    const command = commandOf(world, path.id);
    if (command.status !== "FAILED") throw new Refusal(409, "command-not-failed", said("command_not_failed", { status: command.status }));
    const stack = command.stack_id === null ? undefined : findStack(world, command.stack_id);
    const version = stack?.versions[(command.version ?? 0) - 1];
    command.status = "PENDING";
    command.failure = null;
    command.retry += 1;
    command.timestamps.finished_at = null;
    command.actions = commandOffers(command);
    tell(world, command, "RETRIED", {}, admin);
    const steps = stack !== undefined && version !== undefined ? stepsTo(stack, version) : [];
    enqueue(world, command, steps, () => {
      if (stack === undefined || version === undefined) return;
      stack.current = version.version;
      stack.trouble = {};
    }, { failsAt: steps.length - 1 });
    return accepted(command);
  },
  listCommandEvents: ({ world, path, query }) => {
    commandOf(world, path.id);
    const items = world.events.filter((event) => event.command_id === path.id && event.id > (query.after ?? 0)).slice(0, query.limit ?? 100);
    return ok({ items, last: items.at(-1)?.id ?? query.after ?? 0 });
  },
  streamCommandEvents: async function* ({ world, path, query, headers, signal }) {
    const command = commandOf(world, path.id);
    const after = Number(headers.get("Last-Event-ID") ?? query.after ?? 0);
    for await (const frame of eventsOf(world, signal, after, (id) => id === command.command_id)) {
      yield frame;
      if (command.status === "DONE" || command.status === "FAILED" || command.status === "CANCELLED") {
        const rest = world.events.filter((event) => event.command_id === command.command_id && event.id > frame.id);
        for (const event of rest) yield { id: event.id, data: { kind: "EVENT", event } };
        yield { data: { kind: "SETTLED", command } };
        return;
      }
    }
  },
  listEvents: ({ world, query }) => {
    const items = world.events.filter((event) => event.id > (query.after ?? 0) && (query.stack_id === undefined || event.stack_id === query.stack_id)).slice(0, query.limit ?? 100);
    return ok({ items, last: items.at(-1)?.id ?? query.after ?? 0 });
  },
  streamEvents: async function* ({ world, query, headers, signal }) {
    const after = Number(headers.get("Last-Event-ID") ?? query.after ?? world.events.length);
    for await (const frame of eventsOf(world, signal, after, () => true)) {
      if (query.stack_id === undefined || (frame.data.kind === "EVENT" && frame.data.event.stack_id === query.stack_id)) yield frame;
    }
  },
  showQueue: ({ world }) => {
    const waiting = world.commands.filter((one) => one.status === "PENDING" || one.status === "RUNNING");
    const failed = world.commands.filter((one) => one.status === "FAILED");
    const head = waiting.find((one) => one.status === "RUNNING") ?? waiting[0] ?? null;
    return ok({
      blocked: waiting.some((one) => blockerOf(world, one) !== undefined),
      failed: failed.map((one) => ({ command_id: one.command_id, kind: one.kind, seq: one.seq, since: one.timestamps.finished_at ?? one.timestamps.created_at, stack_id: one.stack_id, status: one.status })),
      failure_scope: "related",
      head,
      head_age_seconds: head === null ? null : Math.round((Date.now() - Date.parse(head.timestamps.created_at)) / 1000),
      hint: failed[0] === undefined ? null : said("retry_or_cancel", { address: `/api/v1/commands/${failed[0].command_id}` }),
      pending: waiting.filter((one) => one.status === "PENDING").length,
      power: [],
    });
  },
} satisfies Partial<Handlers>;
