import type { OnDemandDay, OnDemandGateway, OnDemandReportedService, OnDemandService } from "../../src/api/generated/types.gen";
import { accepted, ok, Refusal, type Call, type Handlers } from "../api";
import { addCommand, enqueue } from "../commands";
import { derivedState } from "../containers";
import { powerSteps } from "../plans";
import { said } from "../said";
import { minutesAgo, type OnDemandRecord, type StackRecord, type World } from "../world";
import { stackOf } from "./stacks";

const GIB = 1024 ** 3;

/** Where the worker is away, the gateway is, too; where nothing is, none has ever run. */
function gateway(world: World): OnDemandGateway {
  if (world.scenario === "empty") return { runs: false, started_at: null, seen_at: null, http: null, https: null };
  return { runs: !world.workerAway, started_at: minutesAgo(60 * 80), seen_at: minutesAgo(world.workerAway ? 15 : 0), http: "0.0.0.0:3456", https: null };
}

function recordOf(world: World, stack: StackRecord, service: string): OnDemandRecord {
  const found = world.onDemand.find((one) => one.service.stack_id === stack.id && one.service.service === service);
  if (found === undefined) throw new Refusal(404, "not-on-demand", said("not_on_demand", { service }));
  return found;
}

const dayOf = (back: number): string => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

function daysOf(records: readonly OnDemandRecord[], count: number): OnDemandDay[] {
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index;
    const weekend = [0, 6].includes(new Date(`${dayOf(back)}T12:00:00Z`).getUTCDay());
    const uses = records.reduce((sum, one) => sum + (one.service.always_on ? 0 : one.uses), 0) * (weekend ? 0.2 : 0.7 + ((back * 5) % 7) / 10);
    const asleep = records.filter((one) => !one.service.always_on).length * 3_600 * (weekend ? 23 : 17 + ((back * 3) % 4));
    return {
      day: dayOf(back), requests: Math.round(uses * 41), cold_starts: Math.round(uses * 0.4), wakes: Math.round(uses * 0.6), failures: back % 6 === 2 ? 1 : 0, hits: Math.round(uses * 0.2),
      wasted: back % 5 === 1 ? 1 : 0, asleep_seconds: asleep, saved_gib_hours: Math.round((asleep / 3_600) * 0.37 * 10) / 10,
    };
  });
}

function reported(one: OnDemandRecord, days: number): OnDemandReportedService {
  const asleep = one.service.always_on ? 0 : days * 18.5;
  const learned = one.service.state !== "failed" && !one.service.always_on;
  return {
    service: one.service, requests: Math.round(one.uses * 41 * days), uses_per_day: one.uses, cold_starts: Math.round(one.uses * 0.4 * days), failures: one.service.state === "failed" ? 3 : 0,
    asleep_hours: asleep, saved_gib_hours: Math.round(asleep * 0.37 * 10) / 10,
    recommended: {
      rule_of_thumb_seconds: one.service.start_p50_seconds === null || one.service.always_on ? null : Math.round((3 * 86_400) / one.uses / 4),
      idle_timeout_seconds: learned ? 900 : null,
      policy: learned ? one.service.policy : null,
    },
  };
}

function power(to: "wake" | "sleep") {
  return ({ world, path }: Call<"wakeService">) => {
    const stack = stackOf(world, path.id);
    const { service } = recordOf(world, stack, path.service);
    const cause = { host: null, other: null, path: null, seconds: null, service: service.service, why: "person" as const };
    const payload = to === "wake" ? { kind: "WAKE" as const, services: [service.service], cause } : { kind: "SLEEP" as const, services: [service.service], mode: "stop" as const, cause };
    const command = addCommand(world, payload.kind, stack, { payload });
    if (to === "wake") Object.assign(service, { state: "starting", since: new Date().toISOString(), reason: null, until: null });
    else service.state = "falling_asleep";
    return accepted(enqueue(world, command, powerSteps(stack, to === "wake" ? "start_container" : "stop_container", service.service), () => settle(stack, service, to)));
  };
}

function settle(stack: StackRecord, service: OnDemandService, to: "wake" | "sleep"): void {
  const up = to === "wake";
  if (up) delete stack.trouble[service.service];
  else stack.trouble[service.service] = { state: "asleep", up: 0, status: "Exited (0) less than a minute ago" };
  Object.assign(service, { state: up ? "awake" : "asleep", since: new Date().toISOString(), in_flight: 0, waiting: 0, sleeps_at: up ? new Date(Date.now() + service.idle_timeout_seconds * 1_000).toISOString() : null, wakes_at: null });
  stack.state = derivedState(stack);
}

export const onDemand = {
  listOnDemand: ({ world }) => ok({ gateway: gateway(world), items: world.onDemand.map((one) => one.service) }),
  showOnDemandReport: ({ world, query }) => {
    const days = query.days ?? 7;
    const list = daysOf(world.onDemand, days);
    return ok({
      taken_at: new Date().toISOString(), since: dayOf(days - 1), services: world.onDemand.map((one) => reported(one, days)), days: list,
      asleep_hours: list.reduce((sum, day) => sum + day.asleep_seconds / 3_600, 0), saved_gib_hours: list.reduce((sum, day) => sum + day.saved_gib_hours, 0),
      host_memory_bytes: 32 * GIB, host_memory_free_bytes: Math.round(11.6 * GIB),
    });
  },
  showOnDemandTable: ({ world }) => new Response(`=== Services Auto-Start - Status & RAM ===\n${world.onDemand.map(({ service }) => `${service.stack_name}/${service.service} : ${service.state ?? "-"}`).join("\n")}\n`, { headers: { "Content-Type": "text/plain; charset=utf-8" } }),
  showOnDemandService: ({ world, path }) => {
    const found = recordOf(world, stackOf(world, path.id), path.service);
    return ok({ service: found.service, gateway_runs: gateway(world).runs, ...found.detail, days: daysOf([found], 14) });
  },
  setOnDemandService: ({ world, path, body }) => {
    const { service } = recordOf(world, stackOf(world, path.id), path.service);
    service.set = { idle_timeout_seconds: null, start_timeout_seconds: null, block_timeout_seconds: null, awake_until: null, ...body };
    service.idle_timeout_seconds = body.idle_timeout_seconds ?? 600;
    service.start_timeout_seconds = body.start_timeout_seconds ?? null;
    service.block_timeout_seconds = body.block_timeout_seconds ?? 120;
    if (service.policy.startsWith("fixed ") || body.idle_timeout_seconds) service.policy = `fixed ${Math.round(service.idle_timeout_seconds / 60)} min`;
    return ok(service);
  },
  wakeService: power("wake"),
  putServiceToSleep: power("sleep"),
} satisfies Partial<Handlers>;
