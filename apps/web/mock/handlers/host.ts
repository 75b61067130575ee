import type { EngineEvent, Plan, PlanStep, StatisticsPoint } from "../../src/api/generated/types.gen";
import { accepted, created, nothing, ok, page, Refusal, type Handlers } from "../api";
import { addCommand, addDone, enqueue } from "../commands";
import { containersOf, hostUsage, isUp, servicesOf, stackBody, statistics, usageAt } from "../containers";
import { composeFile, composeModel, readServices, service, type Service } from "../definition";
import { images, networks, volumes } from "../fixtures/host";
import { storePlan } from "../plans";
import { digest, hex, uuid } from "../random";
import { foreign, said } from "../said";
import { follow } from "../streams";
import { addStack, admin, changed, latestVersion, minutesAgo, type World } from "../world";
import { everyContainer } from "./containers";
import { checkDefinition, definitionText, stackOf, summary, versionOf, versionSummary } from "./stacks";

const GIB = 1024 ** 3;
const steps = { "5s": 5, "10s": 10, "30s": 30, "1m": 60, "5m": 300, "10m": 600, "30m": 1800, "1h": 3600, "3h": 10_800, "6h": 21_600, "12h": 43_200, "24h": 86_400 };
const now = () => new Date().toISOString();

function engineEvents(world: World, count: number): EngineEvent[] {
  const all = everyContainer(world);
  return Array.from({ length: Math.min(count, all.length * 2) }, (_, at) => {
    const one = all[(at * 7) % all.length];
    const container = one?.container;
    const name = container?.name ?? "";
    const [action, message] = (
      [
        ["start", said("event_container_started", { container: name })],
        ["die", said("event_container_exited", { container: name, code: 0 })],
        ["health_status", said("event_container_health", { container: name, health: "healthy" })],
        ["create", said("event_container_created", { container: name, image: container?.image ?? "" })],
      ] as const
    )[at % 4] ?? ["start", foreign("")];
    return {
      action, at: minutesAgo((count - at) * 11), attributes: {}, container_id: container?.container_id ?? null, container_name: name, id: hex(`${name} ${at}`, 16),
      kind: "container", message, name, object_id: container?.container_id ?? "", service: container?.service ?? null, slot: container?.slot ?? null, stack_id: one?.stack_id ?? null,
    };
  });
}

function away(world: World): void {
  if (world.workerAway) throw new Refusal(503, "worker-away", said("worker_did_not_answer", { seconds: 10 }), { hint: said("start_the_worker") });
}

export const host = {
  showAbout: ({ world }) =>
    ok({
      api_version: "v1",
      engine: { api_version: "1.47", arch: "x86_64", observed_at: now(), os: "Debian GNU/Linux 12 (bookworm)", version: "27.3.1" },
      last_backup_at: world.scenario === "empty" ? null : minutesAgo(7 * 60),
      installation_id: uuid(`installation ${world.scenario}`),
      limits: { archive_bytes: 67_108_864, archive_members: 10_000, archive_unpacked_bytes: 268_435_456, body_bytes: 1_048_576, page_items: 200, wait_seconds: 60 },
      version: "0.9.0",
    }),
  showHost: ({ world }) => {
    const up = everyContainer(world).filter(({ container }) => isUp(container)).length;
    return ok({ running_containers: up + 2, running_containers_of_stacks: up, usage: world.workerAway ? null : hostUsage(Date.now()) });
  },
  showDiskUsage: ({ world }) => {
    const listed = images(world);
    return ok({
      build_cache_bytes: 3 * GIB, containers_bytes: 820 * 1024 * 1024,
      images: listed.map((one) => ({ bytes: one.size, containers: one.used_by.length, image_id: one.image_id, shared_bytes: null, tags: one.tags })),
      images_bytes: listed.reduce((sum, one) => sum + one.size, 0),
      taken_at: now(),
      volumes: volumes(world).map((one) => ({ bytes: one.size, containers: one.used_by.length, driver: one.driver, name: one.name })),
      volumes_bytes: volumes(world).reduce((sum, one) => sum + (one.size ?? 0), 0),
    });
  },
  listImages: ({ world, query }) => {
    away(world);
    return ok({ build_cache: query.sizes === true ? { size: 3 * GIB, unused: 2 * GIB } : null, items: images(world), layers_size: query.sizes === true ? 9 * GIB : null, sizes_at: query.sizes === true ? now() : null, taken_at: now() });
  },
  listVolumes: ({ world, query }) => {
    away(world);
    return ok({ items: volumes(world), sizes_at: query.sizes === true ? now() : null, taken_at: now() });
  },
  listNetworks: ({ world }) => {
    away(world);
    return ok({ items: networks(world), taken_at: now() });
  },
  planPrune: ({ world, body }) => {
    away(world);
    const chosen = body?.images ?? "dangling";
    const found: { op: PlanStep["op"]; target: string; action: PlanStep["action"]; cause: PlanStep["cause"]; size: number }[] = images(world)
      .filter((one) => one.used_by.length === 0 && one.prunable.when === "freely" && (chosen === "unused" || (chosen === "dangling" && one.dangling)))
      .map((one) => {
        const image = one.tags[0] ?? one.image_id.slice(7, 19);
        return { op: "remove_image", target: image, action: said("step_remove_image", { image, id: one.image_id.slice(7, 19) }), cause: one.dangling ? said("cause_untagged") : said("cause_unused"), size: one.size };
      });
    if (body?.build_cache !== false) found.push({ op: "prune_build_cache", target: "build cache", action: said("step_prune_build_cache"), cause: said("cause_unused"), size: 2 * GIB });
    const notes: Plan["notes"] = [];
    for (const volume of body?.named?.volumes ?? []) {
      if (volumes(world).find((one) => one.name === volume)?.belongs_to.kind === "foreign" && body?.foreign !== true) {
        notes.push(said("prune_stays_foreign", { kind: "volume", name: volume }));
        continue;
      }
      found.push({ op: "remove_volume", target: volume, action: said("step_remove_volume", { volume }), cause: said("cause_requested"), size: volumes(world).find((one) => one.name === volume)?.size ?? 0 });
    }
    for (const network of body?.named?.networks ?? []) found.push({ op: "remove_network", target: network, action: said("step_remove_network", { network, id: network }), cause: said("cause_requested"), size: 0 });
    for (const image of body?.named?.images ?? []) found.push({ op: "remove_image", target: image, action: said("step_remove_image", { image, id: image.slice(7, 19) }), cause: said("cause_requested"), size: 0 });
    const plan = storePlan(world, null, "prune", null, found, admin);
    plan.notes.push(...notes);
    return created(plan);
  },
  prune: ({ world, body }) => {
    const plan = world.plans.find((one) => one.plan_id === body.plan_id);
    if (plan === undefined) throw new Refusal(404, "plan-not-found", said("no_such_prune_plan", { plan: body.plan_id }), { hint: said("make_prune_plan") });
    const command = addCommand(world, "PRUNE", null, { payload: { kind: "PRUNE", plan_id: plan.plan_id } });
    return accepted(enqueue(world, command, plan.steps.map((step) => ({ op: step.op, target: step.subject, action: step.action, cause: step.cause })), () => undefined));
  },
  showPlan: ({ world, path }) => {
    const plan = world.plans.find((one) => one.plan_id === path.id);
    if (plan === undefined) throw new Refusal(404, "plan-not-found", foreign("there is no plan with this id"));
    return ok(plan);
  },
  listEngineEvents: ({ world, query }) => {
    const all = engineEvents(world, query.limit ?? 100);
    return ok({ cut: false, items: query.stack_id === undefined ? all : all.filter((event) => event.stack_id === query.stack_id), next: null });
  },
  streamEngineEvents: async function* ({ world, signal }) {
    for await (const _ of follow(world, signal, 5000)) {
      const event = engineEvents(world, 8).at(-1);
      if (event !== undefined) yield { id: `${event.id}-${Date.now()}`, data: { kind: "EVENT", event: { ...event, at: now() } } };
    }
  },
  listProjects: ({ world }) =>
    ok({
      items: [
        { containers: 3, importable: true, name: "nextcloud", reason: null, running: 3, services: ["app", "cron", "db"], stack_id: null },
        { containers: 1, importable: false, name: "portainer", reason: foreign("the container `portainer` mounts the socket of the engine"), running: 1, services: ["portainer"], stack_id: null },
        { containers: 2, importable: false, name: "wallabag", reason: said("project_is_a_stack", { project: "wallabag" }), running: 2, services: ["app", "db"], stack_id: uuid("wallabag") },
        ...world.stacks.filter((one) => one.current !== null).slice(0, 3).map((one) => ({
          containers: servicesOf(one).length, importable: false, name: one.name, reason: said("project_is_a_stack", { project: one.name }), running: servicesOf(one).length, services: servicesOf(one).map((each) => each.name), stack_id: one.id,
        })),
      ],
    }),
  showProjectDefinition: ({ path }) => ok(preview(path.name)),
  importProject: ({ world, path }) => {
    const stack = addStack(world, path.name, { versions: [{ services: [service("app", "nextcloud:30.0.2-apache")], comment: "Import of the running project" }], ageMinutes: 0 });
    const command = addDone(world, "CREATE", stack, now(), 0, { version: 1 });
    changed(world, ["stacks", "commands"], [stack.id]);
    return created({ command, preview: preview(path.name), stack: stackBody(world, stack), version: versionSummary(stack, versionOf(stack, 1)) });
  },
  convertDockerRun: ({ body }) => {
    const image = /\s([\w./-]+:[\w.-]+|[\w./-]+)\s*$/.exec(body.command)?.[1] ?? "nginx:1.27.3";
    if (!/^(docker|podman)\s+(run|create)\b/.test(body.command.trim())) throw new Refusal(422, "invalid-command", said("run_start_with"));
    const notes = / (-d|--detach)\b/.test(body.command) ? [said("run_flag_left_out", { flag: "detach", why: said("run_why_background") })] : [];
    return ok({ compose: `services:\n  app:\n    image: ${image}\n    restart: unless-stopped\n`, notes });
  },
  lintDefinition: ({ world, body }) => {
    const text = definitionText(body);
    checkDefinition(text);
    const known = world.stacks.find((one) => one.name === body.name);
    return lint(text, known === undefined ? [] : (latestVersion(known)?.services ?? []));
  },
  lintArchive: () => lint("", []),
  listRegistries: ({ world }) => ok({ items: world.registries }),
  showRegistry: ({ world, path }) => {
    const found = world.registries.find((one) => one.host === path.host);
    if (found === undefined) throw new Refusal(404, "registry-not-found", foreign(`there are no credentials for \`${path.host}\``));
    return ok(found);
  },
  storeRegistry: ({ world, path, body }) => {
    if (body.password === "") throw new Refusal(422, "invalid-registry", said("registry_key_empty", { key: "password" }));
    const stored = { host: path.host, key_id: hex("key", 16), updated_at: now() };
    world.registries = [...world.registries.filter((one) => one.host !== path.host), stored];
    changed(world, ["registries", "audit"]);
    return created(stored);
  },
  removeRegistry: ({ world, path }) => {
    world.registries = world.registries.filter((one) => one.host !== path.host);
    changed(world, ["registries", "audit"]);
    return nothing;
  },
  listAudit: ({ world, query }) => ok(page(world.audit, query)),
  exportAudit: ({ world }) =>
    new Response(world.audit.toReversed().map((record) => `${JSON.stringify(record)}\n`).join(""), {
      headers: { "Content-Type": "application/x-ndjson" },
    }),
  verifyAudit: ({ world }) => {
    const newest = world.audit[0];
    const chain = newest?.chain ?? "0".repeat(64);
    return ok({ checked: world.audit.length, uncovered: 0, gone: 0, last: newest?.id ?? 0, chain, broken: null, next: null });
  },
  listArtifacts: ({ world, query }) => {
    const intranet = world.stacks.find((one) => one.name === "intranet");
    const items = intranet === undefined ? [] : [{ digest: digest("timesheets.war"), size: 18_412_113, used_at: minutesAgo(9 * 1440), uses: [{ file_name: "timesheets-3.2.war", service: "tomcat", slot: "app", stack_id: intranet.id, version: 1 }] }];
    return ok(page(items, query));
  },
  showStatistics: ({ world, query }) => ok(statistics(world, query.stack_id)),
  streamStatistics: async function* ({ world, query, signal }) {
    for await (const _ of ticks(signal, (query.every ?? 2) * 1000)) yield { data: { kind: "SNAPSHOT", statistics: statistics(world, query.stack_id) } };
  },
  showStackStatistics: ({ world, path }) => {
    const { containers, taken_at } = statistics(world, stackOf(world, path.id).id);
    return ok({
      containers,
      cpu_percent: containers.reduce((sum, one) => sum + (one.usage?.cpu_percent ?? 0), 0),
      memory_bytes: containers.reduce((sum, one) => sum + (one.usage?.memory_bytes ?? 0), 0),
      taken_at,
    });
  },
  showStackStatisticsHistory: ({ world, path, query }) => {
    const stack = stackOf(world, path.id);
    const until = query.until === undefined ? Date.now() : Date.parse(query.until);
    const since = query.since === undefined ? until - 3_600_000 : Date.parse(query.since);
    const wanted = query.step === undefined ? (until - since) / 240_000 : steps[query.step];
    const step = Math.max(wanted, Math.ceil((until - since) / 1_500_000));
    const series = servicesOf(stack)
      .filter((one) => query.service === undefined || one.name === query.service)
      .flatMap((one) =>
        containersOf(stack, one).map((container) => {
          const points: StatisticsPoint[] = [];
          for (let at = since; at < until && isUp(container); at += step * 1000) {
            const { cpu, memory, traffic } = usageAt(container, one, at / 1000);
            points.push({
              at: new Date(at).toISOString(), cpu_percent: cpu, cpu_percent_max: cpu * 1.3, memory_bytes: memory, memory_bytes_max: Math.round(memory * 1.05),
              per_second: { block_read_bytes: 0, block_written_bytes: Math.round(traffic / 12), network_received_bytes: traffic, network_sent_bytes: Math.round(traffic * 1.7) },
              pids_max: 12,
            });
          }
          return { points, service: one.name, slot: container.slot ?? 1 };
        }),
      );
    return ok({ series, since: new Date(since).toISOString(), step_seconds: Math.round(step), until: new Date(until).toISOString() });
  },
  showOpenapi: "not mocked",
  showSettings: ({ world }) => {
    const day = 86_400;
    return ok({
      data_folder: { free_bytes: 31 * GIB, full: false },
      failure_scope: "related",
      retention: {
        artifacts_seconds: 7 * day, audit_seconds: 365 * day, commands_seconds: 90 * day, deleted_seconds: 30 * day, plans_per_stack: 20,
        plans_seconds: 7 * day, records_seconds: 30 * day, samples_seconds: day, statistics_seconds: 30 * day,
      },
      sessions: { age_seconds: 30 * day, idle_seconds: day / 2 },
      stored: {
        artifact_bytes: 18_412_113, artifacts: 1, audit_entries: world.audit.length, commands: world.commands.length, database_bytes: 48_234_496, database_free_bytes: 2_097_152,
        events: world.events.length, plans: world.plans.length, record_bytes: 912_004, record_files: 38, statistics_bytes: 21_004_288,
      },
    });
  },
  showHealth: () => new Response("ok\n", { headers: { "Content-Type": "text/plain" } }),
  showMetrics: "not mocked",
  // No page asks for these.
  listAlerts: "not mocked",
  sendTestAlert: "not mocked",
  convertAutostart: "not mocked",
  showReadiness: ({ world }) =>
    ok({ database: true, database_writable: true, disk: true, disk_free_bytes: 31 * GIB, observation_age_seconds: world.workerAway ? 900 : 1, worker: !world.workerAway }),
} satisfies Partial<Handlers>;

async function* ticks(signal: AbortSignal, ms: number): AsyncGenerator<void> {
  while (!signal.aborted) {
    yield;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
    });
  }
}

function preview(name: string) {
  const image = "nextcloud:30.0.2-apache";
  const container = `${name}-app-1`;
  return {
    compose: composeFile(name, [service("app", image, { ports: ["8082->80"], volumes: ["html:/var/www/html"] })]),
    notes: [said("running_image_used", { image, service: "app" })],
    observed_at: now(),
    plan: { blockers: [], empty: true, notes: [], steps: [], text: `nothing to do: ${container} runs as it should` },
  };
}

function lint(text: string, former: Service[]) {
  const findings = text.split("\n").flatMap((line, at) => {
    const image = /^\s+image:\s*["']?([\w./-]+):latest/.exec(line);
    if (image === null) return [];
    return [
      {
        code: "floating-tag" as const,
        column: line.indexOf("image") + 8,
        file: "compose.yml",
        hint: foreign("name a version"),
        length: line.trim().length - 7,
        line: at + 1,
        message: said("lint_image_without_version", { service: "app", image: image[1] ?? "" }),
        path: "services.app.image",
        severity: "warning" as const,
      },
    ];
  });
  return ok({ findings, summary: summary(findings), warnings: [], model: composeModel("draft", readServices(text, former)) });
}
