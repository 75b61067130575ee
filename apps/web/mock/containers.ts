// What runs of the stacks: containers, services and states, all from the applied version and the troubles of its services.
import type {
  Container,
  ContainerStatistics,
  Health,
  Offer,
  Message,
  ServiceState,
  ServiceStatus,
  Stack,
  StackListItem,
  StackState,
  Statistics,
} from "../src/api/generated/types.gen";
import type { Service } from "./definition";
import { digest, hex, wave } from "./random";
import { said } from "./said";
import { currentVersion, latestVersion, revisionOf, type StackRecord, type World } from "./world";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

function upFor(since: string): string {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(since)) / 60_000));
  if (minutes < 1) return "Up less than a minute";
  if (minutes < 120) return `Up ${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `Up ${hours} hours` : `Up ${Math.floor(hours / 24)} days`;
}

const stopped = (stack: StackRecord): boolean => stack.state === "stopped";

export function stateOf(stack: StackRecord, service: Service): ServiceState {
  const trouble = stack.trouble[service.name];
  if (trouble !== undefined) return trouble.state;
  if (service.job) return "completed";
  return stopped(stack) ? "stopped" : "running";
}

export function containersOf(stack: StackRecord, service: Service): Container[] {
  const trouble = stack.trouble[service.name];
  const usual = stateOf(stack, service);
  return Array.from({ length: service.replicas }, (_, index) => {
    const slot = index + 1;
    const state: ServiceState = trouble === undefined || slot > trouble.up || trouble.state !== "partial" ? usual : "running";
    const isUp = state === "running" || state === "unhealthy" || state === "starting";
    const seed = `${stack.id} ${service.name} ${slot} ${service.image}`;
    const health = service.healthcheck === null ? "" : " (healthy)";
    const over = service.job ? "Exited (0) 2 hours ago" : "Exited (0) 3 minutes ago";
    return {
      actions: containerOffers(state),
      artifacts: [],
      container_id: hex(seed, 64),
      created_at: stack.startedAt,
      error: "",
      health: !isUp || service.healthcheck === null ? null : state === "running" ? "healthy" : state === "starting" ? "starting" : "unhealthy",
      finished_at: isUp ? null : stack.startedAt,
      image: service.image,
      image_id: digest(service.image),
      name: `${stack.name}-${service.name}-${slot}`,
      networks: service.networks.map((network) => `${stack.name}_${network}`),
      restart_count: trouble?.restarts ?? 0,
      service: service.name,
      slot,
      started_at: stack.startedAt,
      state,
      status: trouble !== undefined && state === trouble.state ? trouble.status : isUp ? `${upFor(stack.startedAt)}${health}` : over,
    };
  });
}

function containerOffers(state: ServiceState): Offer[] {
  const runs = state === "running" || state === "unhealthy" || state === "starting";
  const names = ["open_terminal", "exec_in_container", "list_processes"] as const;
  return names.map((name) => refused(name, runs ? null : said("container_does_not_run")));
}

export const isUp = (container: Container): boolean => ["running", "unhealthy", "starting"].includes(container.state);

export const servicesOf = (stack: StackRecord): Service[] => (currentVersion(stack) ?? latestVersion(stack))?.services ?? [];

export const allContainers = (stack: StackRecord): Container[] =>
  stack.current === null ? [] : servicesOf(stack).flatMap((service) => containersOf(stack, service));

function worstHealth(containers: readonly Container[]): Health | null {
  const order: readonly Health[] = ["unhealthy", "starting", "healthy"];
  return order.find((health) => containers.some((one) => one.health === health)) ?? null;
}

export function serviceStatus(stack: StackRecord, service: Service): ServiceStatus {
  const containers = stack.current === null ? [] : containersOf(stack, service);
  const worst = containers.find((one) => one.state !== "running") ?? containers[0];
  return {
    containers,
    desired: service.replicas,
    health: worstHealth(containers),
    image: service.image,
    is_job: service.job,
    ports: service.ports.filter((port) => port.includes("->")).map((port) => `${port}/tcp`),
    service: service.name,
    state: stack.current === null ? "stopped" : stateOf(stack, service),
    status: worst?.status ?? "",
    up: containers.filter(isUp).length,
  };
}

/** The state that follows from the services, unless the scenario has decided it. */
export function derivedState(stack: StackRecord): StackState {
  if (stack.current === null) return "not_applied";
  const states = servicesOf(stack).map((service) => stateOf(stack, service));
  if (states.some((state) => state === "failed" || state === "unhealthy")) return "degraded";
  if (states.every((state) => state === "completed")) return "completed";
  if (states.every((state) => state === "asleep" || state === "completed")) return "asleep";
  if (states.every((state) => state === "stopped" || state === "completed")) return "stopped";
  return states.some((state) => state === "stopped" || state === "partial" || state === "starting") ? "partial" : "running";
}

const refused = (name: Offer["name"], reason: Message | null): Offer => ({ name, allowed: reason === null, reason });

export function stackOffers(stack: StackRecord): Offer[] {
  const needed = stack.current === null ? said("never_applied") : null;
  return [
    refused("apply_version", null),
    refused("roll_back_to_version", null),
    refused("deploy_artifact", needed),
    refused("start_stack", needed),
    refused("stop_stack", needed),
    refused("restart_stack", needed),
    refused("save_version", null),
    refused("make_plan", null),
    refused("change_stack", null),
    refused("delete_stack", null),
  ];
}

export function stackBody(world: World, stack: StackRecord): Stack {
  return {
    created_at: stack.createdAt,
    created_by: stack.createdBy,
    current_version: stack.current,
    labels: stack.labels,
    last_seq: world.commands.findLast((command) => command.stack_id === stack.id)?.seq ?? 0,
    latest_version: stack.versions.length,
    name: stack.name,
    on_failure: stack.onFailure,
    revision: revisionOf(stack),
    stack_id: stack.id,
    updated_at: stack.updatedAt,
  };
}

export function stackListItem(world: World, stack: StackRecord): StackListItem {
  const containers = allContainers(stack);
  const last = world.commands.findLast((command) => command.stack_id === stack.id);
  const states = new Set(servicesOf(stack).map((service) => stateOf(stack, service)));
  const checked = servicesOf(stack).some((service) => service.healthcheck !== null);
  return {
    ...stackBody(world, stack),
    actions: stackOffers(stack),
    containers: { total: containers.length, up: containers.filter(isUp).length },
    drift_count: stack.drift === null || stack.current === null ? null : stack.drift.steps.length,
    health:
      !checked || stack.current === null || stack.state === "stopped"
        ? null
        : states.has("unhealthy")
          ? "unhealthy"
          : states.has("starting")
            ? "starting"
            : "healthy",
    last_command:
      last === undefined
        ? null
        : {
            command_id: last.command_id,
            created_at: last.timestamps.created_at,
            failure_code: last.failure?.code ?? null,
            finished_at: last.timestamps.finished_at,
            kind: last.kind,
            seq: last.seq,
            status: last.status,
            version: last.version,
            waits_behind: last.waits_behind,
          },
    state: stack.state,
  };
}

/** What one container uses at a time in seconds. */
export function usageAt(container: Container, service: Service, seconds: number) {
  const height = wave(container.container_id, seconds);
  const memory = Math.round(service.memory * MIB * (0.85 + 0.2 * wave(`${container.container_id}m`, seconds / 4)));
  const traffic = Math.round(service.cpu * 9_000 * (0.3 + height));
  return { cpu: Math.round(service.cpu * (0.5 + height) * 100) / 100, memory, traffic };
}

function statisticsOf(stack: StackRecord, service: Service, container: Container, now: number): ContainerStatistics {
  const { cpu, memory, traffic } = usageAt(container, service, now / 1000);
  const limit = service.limit === null ? null : service.limit * MIB;
  const seconds = (now - Date.parse(container.started_at ?? stack.startedAt)) / 1000;
  return {
    container_id: container.container_id,
    name: container.name,
    service: service.name,
    slot: container.slot,
    stack_id: stack.id,
    usage: {
      at: new Date(now).toISOString(),
      block_read_bytes: Math.round(seconds * 210),
      block_written_bytes: Math.round(seconds * 930),
      cpu_percent: cpu,
      cpu_seconds: Math.round((seconds * service.cpu) / 100),
      memory_bytes: memory,
      memory_limit_bytes: limit,
      memory_percent: limit === null ? null : Math.round((memory / limit) * 1000) / 10,
      network_received_bytes: Math.round(seconds * traffic),
      network_sent_bytes: Math.round(seconds * traffic * 1.7),
      per_second: {
        block_read_bytes: 0,
        block_written_bytes: Math.round(traffic / 12),
        network_received_bytes: traffic,
        network_sent_bytes: Math.round(traffic * 1.7),
      },
      pids: 4 + (service.memory % 23),
    },
  };
}

export function statistics(world: World, stackId?: string): Statistics {
  const now = world.bornAt + (Date.now() - world.bornAt) * world.pace;
  const containers = world.stacks
    .filter((stack) => stackId === undefined || stack.id === stackId)
    .flatMap((stack) =>
      servicesOf(stack).flatMap((service) =>
        (stack.current === null ? [] : containersOf(stack, service))
          .filter(isUp)
          .map((container) => statisticsOf(stack, service, container, now)),
      ),
    );
  return { containers, host: world.workerAway ? null : hostUsage(now), left_out: 0, taken_at: new Date(now).toISOString() };
}

export function hostUsage(now: number) {
  const seconds = now / 1000;
  return {
    at: new Date(now).toISOString(),
    cpu_percent: Math.round(14 + 30 * wave("host", seconds)),
    cpus: 8,
    disks: [
      { available_bytes: 31 * GIB, path: "/var/lib/core-monitor", purposes: ["data" as const, "stacks" as const], total_bytes: 98 * GIB },
      { available_bytes: 22 * GIB, path: "/var/lib/docker", purposes: ["engine" as const], total_bytes: 468 * GIB },
    ],
    load: [1.1 + wave("load", seconds), 1.4, 1.2],
    memory_available_bytes: Math.round((11.2 + 2 * wave("memory", seconds / 10)) * GIB),
    memory_total_bytes: 32 * GIB,
    swap_free_bytes: 4 * GIB,
    swap_total_bytes: 4 * GIB,
  };
}
