import type { AttentionItem } from "../../src/api/generated/types.gen";
import { ok, type Handlers } from "../api";
import { hostUsage, servicesOf, statistics, stateOf } from "../containers";
import { foreign, said } from "../said";
import { follow } from "../streams";
import { latestVersion, minutesAgo, type World } from "../world";

function attention(world: World): AttentionItem[] {
  const items: AttentionItem[] = [];
  const nothing = { hint: null, since: null, stack_id: null, stack_name: null, service: null, command: null };
  if (world.workerAway) {
    items.push({ ...nothing, kind: "worker_absent", severity: "error", message: said("no_worker"), hint: said("start_worker"), since: minutesAgo(15) });
  }
  for (const command of world.commands.filter((one) => one.status === "FAILED")) {
    const stack = world.stacks.find((one) => one.id === command.stack_id);
    items.push({
      ...nothing, kind: "command_failed", severity: "error", message: command.failure?.message ?? foreign("failed"), hint: command.failure?.hint ?? null,
      since: command.timestamps.finished_at, stack_id: command.stack_id, stack_name: stack?.name ?? null, command,
    });
  }
  for (const stack of world.stacks) {
    const about = { ...nothing, stack_id: stack.id, stack_name: stack.name };
    for (const service of stack.current === null ? [] : servicesOf(stack)) {
      const state = stateOf(stack, service);
      if (state === "unhealthy") items.push({ ...about, kind: "service_unhealthy", severity: "error", message: said("container_unhealthy", { container: `${stack.name}-${service.name}-1` }), since: minutesAgo(6), service: service.name });
      if (state === "failed") items.push({ ...about, kind: "service_failed", severity: "error", message: said("container_exited", { container: `${stack.name}-${service.name}-1`, code: 1 }), since: minutesAgo(6), service: service.name });
    }
    // As the server does: an open command says more than the drift.
    const open = world.commands.some((one) => one.stack_id === stack.id && one.status !== "DONE" && one.status !== "CANCELLED");
    if (stack.drift?.drifted === true && !open) {
      items.push({ ...about, kind: "drifted", severity: "warning", message: said("stack_drifted", { count: stack.drift.steps.length }), hint: said("look_at_drift"), since: minutesAgo(260) });
    }
    const errors = latestVersion(stack)?.findings.filter((one) => one.severity === "error").length ?? 0;
    if (errors > 0) items.push({ ...about, kind: "lint_errors", severity: "warning", message: errors === 1 ? said("lint_error", { version: stack.versions.length }) : said("lint_errors", { count: errors, version: stack.versions.length }), hint: said("look_at_findings") });
  }
  for (const disk of world.stacks.length === 0 ? [] : hostUsage(Date.now()).disks) {
    const free = disk.available_bytes / disk.total_bytes;
    if (free < 0.1) items.push({ ...nothing, kind: "disk_low", severity: "warning", message: said("disk_low", { free: `${(disk.available_bytes / 1024 ** 3).toFixed(1)} GiB`, path: disk.path }), hint: said("make_space") });
  }
  return items;
}

export const overview = {
  showOverview: ({ world }) => {
    const states = world.stacks.map((stack) => stack.state);
    const count = (state: string) => states.filter((one) => one === state).length;
    const waiting = world.commands.filter((one) => one.status === "PENDING");
    return ok({
      taken_at: new Date().toISOString(),
      attention: attention(world),
      attention_left_out: 0,
      lint_left_out: 0,
      stacks: {
        total: states.length,
        not_applied: count("not_applied"),
        running: count("running"),
        partial: count("partial"),
        asleep: count("asleep"),
        stopped: count("stopped"),
        completed: count("completed"),
        degraded: count("degraded"),
        unknown: count("unknown"),
        drifted: world.stacks.filter((stack) => stack.drift?.drifted === true).length,
      },
      queue: {
        pending: waiting.length,
        blocked: world.commands.some((one) => one.status === "FAILED") && waiting.length > 0,
        running: world.commands.filter((one) => one.status === "RUNNING"),
      },
      host: world.workerAway ? null : hostUsage(Date.now()),
      disks: hostUsage(Date.now()).disks,
    });
  },
  streamChanges: async function* ({ world, query, headers, signal }) {
    const wanted = new Set((query.topics ?? "events,changes").split(","));
    let event = Number(headers.get("Last-Event-ID") ?? query.after ?? world.events.length);
    let change = world.changes.length;
    let measured = 0;
    yield { data: { kind: "BEGIN", last: event } };
    for await (const _ of follow(world, signal, 1000 / world.pace)) {
      if (!world.signedIn) {
        yield { data: { kind: "END", last: event, reason: "old" } };
        return;
      }
      if (wanted.has("events")) {
        for (const one of world.events.slice(event)) yield { id: one.id, data: { kind: "EVENT", event: one } };
        event = world.events.length;
      }
      const news = world.changes.slice(change);
      change = world.changes.length;
      if (wanted.has("changes") && news.length > 0) {
        const ids = news.some((one) => one.stackIds === null) ? null : [...new Set(news.flatMap((one) => one.stackIds ?? []))];
        yield { data: { kind: "CHANGED", topics: [...new Set(news.flatMap((one) => one.topics))], stack_ids: ids } };
      }
      if (wanted.has("statistics") && Date.now() - measured >= 900 / world.pace) {
        measured = Date.now();
        yield { data: { kind: "STATISTICS", statistics: statistics(world) } };
      }
    }
  },
} satisfies Partial<Handlers>;
