// What the mock plans: which services a version replaces, and the steps of a command.
import type { Actor, Plan, PlanPurpose, PlanStep, ServiceImpact } from "../src/api/generated/types.gen";
import { servicesOf } from "./containers";
import type { Service } from "./definition";
import { hex, uuid } from "./random";
import { said } from "./said";
import { currentVersion, type RunStep, type StackRecord, type VersionRecord, type World } from "./world";

export const nameOf = (stack: StackRecord, service: Service, slot = 1): string => `${stack.name}-${service.name}-${slot}`;

function differs(before: Service | undefined, after: Service): boolean {
  return before === undefined || JSON.stringify(before) !== JSON.stringify(after);
}

/** The steps from what runs to a version. */
export function stepsTo(stack: StackRecord, version: VersionRecord): (RunStep & { service: string | null })[] {
  const former = stack.current === null ? [] : servicesOf(stack);
  const steps: (RunStep & { service: string | null })[] = [];
  // The same version again undoes what somebody has changed by hand.
  if (stack.current === version.version) {
    return (stack.drift?.steps ?? []).map((step) => ({ op: step.op, target: step.subject, action: step.action, cause: step.cause, service: step.service }));
  }
  if (stack.current === null) {
    const network = `${stack.name}_default`;
    steps.push({ op: "create_network", target: network, action: said("step_create_network", { network }), cause: said("cause_missing"), service: null });
  }
  for (const after of version.services) {
    const before = former.find((one) => one.name === after.name);
    if (!differs(before, after)) continue;
    const container = nameOf(stack, after);
    const image = after.image;
    const changed = before === undefined ? said("cause_missing") : before.image === image ? said("cause_definition_changed") : said("cause_image_changed");
    if (before?.image !== image) {
      steps.push({ op: "pull_image", target: image, action: said("step_pull_image", { image }), cause: changed, service: after.name });
    }
    for (let slot = 1; slot <= after.replicas; slot += 1) {
      const one = nameOf(stack, after, slot);
      if (before !== undefined && slot <= before.replicas) {
        steps.push({ op: "stop_container", target: one, action: said("step_stop_container", { container: one }), cause: changed, service: after.name });
        steps.push({ op: "remove_container", target: one, action: said("step_remove_container", { container: one }), cause: said("cause_superseded"), service: after.name });
      }
      steps.push({ op: "create_container", target: one, action: said("step_create_container", { container: one }), cause: changed, service: after.name });
      steps.push({ op: "start_container", target: one, action: said("step_start_container", { container: one }), cause: said("cause_not_running"), service: after.name });
    }
    steps.push(
      after.healthcheck === null
        ? { op: "await_stable", target: container, action: said("step_await_stable", { container }), cause: said("cause_readiness"), service: after.name }
        : { op: "await_healthy", target: container, action: said("step_await_healthy", { container }), cause: said("cause_readiness"), service: after.name },
    );
  }
  for (const before of former.filter((one) => !version.services.some((after) => after.name === one.name))) {
    const container = nameOf(stack, before);
    steps.push({ op: "stop_container", target: container, action: said("step_stop_container", { container }), cause: said("cause_not_in_definition"), service: before.name });
    steps.push({ op: "remove_container", target: container, action: said("step_remove_container", { container }), cause: said("cause_not_in_definition"), service: before.name });
  }
  return steps;
}

/** The steps of start, stop and restart. */
export function powerSteps(stack: StackRecord, op: "start_container" | "stop_container" | "restart_container", chosen: string | null): RunStep[] {
  const code = { start_container: "step_start_container", stop_container: "step_stop_container", restart_container: "step_restart_container" } as const;
  return servicesOf(stack)
    .filter((service) => !service.job && (chosen === null || service.name === chosen))
    .flatMap((service) =>
      Array.from({ length: service.replicas }, (_, index) => {
        const container = nameOf(stack, service, index + 1);
        return { op, target: container, action: said(code[op], { container }), cause: said("cause_requested") };
      }),
    );
}

export function removeSteps(stack: StackRecord, volumes: boolean): RunStep[] {
  const steps: RunStep[] = servicesOf(stack).flatMap((service) => {
    const container = nameOf(stack, service);
    return [
      { op: "stop_container" as const, target: container, action: said("step_stop_container", { container }), cause: said("cause_requested") },
      { op: "remove_container" as const, target: container, action: said("step_remove_container", { container }), cause: said("cause_requested") },
    ];
  });
  const network = `${stack.name}_default`;
  steps.push({ op: "remove_network", target: network, action: said("step_remove_network", { network, id: hex(network, 12) }), cause: said("cause_requested") });
  if (volumes) {
    for (const volume of volumesOf(stack)) {
      steps.push({ op: "remove_volume", target: volume, action: said("step_remove_volume", { volume }), cause: said("cause_requested") });
    }
  }
  return steps;
}

export const volumesOf = (stack: StackRecord): string[] => [
  ...new Set(
    servicesOf(stack)
      .flatMap((service) => service.volumes)
      .filter((volume) => !volume.startsWith("/") && !volume.startsWith("."))
      .map((volume) => `${stack.name}_${volume.split(":")[0] ?? ""}`),
  ),
];

/** What happens to each service of both versions, also to those that nothing happens to. */
function impactOf(stack: StackRecord, version: VersionRecord | null, steps: PlanStep[], purpose: PlanPurpose): ServiceImpact[] {
  const former = stack.current === null ? [] : servicesOf(stack);
  const wanted = version?.services ?? (purpose === "delete" ? [] : former);
  const names = [...new Set([...former, ...wanted].map((service) => service.name))];
  return names.map((name) => {
    const [before, after] = [former.find((one) => one.name === name), wanted.find((one) => one.name === name)];
    const own = steps.filter((step) => step.service === name);
    const change = after === undefined ? "remove" : before === undefined ? "create" : own.length === 0 ? "keep" : "replace";
    const shown = after ?? before;
    const gap = change === "replace" ? 2 + 2 * (shown?.replicas ?? 1) : 0;
    return {
      service: name,
      change,
      causes: own.filter((step) => step.op === "create_container" || step.op === "stop_container").map((step) => step.cause).slice(0, 1),
      order: change === "replace" ? "stop_first" : null,
      gap_seconds: change === "remove" ? null : gap,
      containers: shown?.replicas ?? 0,
      ports: shown?.ports.filter((port) => port.includes("->")).map((port) => `${port}/tcp`) ?? [],
      volumes: shown?.volumes.map((volume) => volume.split(":")[0] ?? "") ?? [],
      risks: gap > 0 ? [{ code: "interruption", message: said("risk_interruption", { container: `${stack.name}-${name}-1` }) }] : [],
    };
  });
}

export function storePlan(
  world: World,
  stack: StackRecord | null,
  purpose: PlanPurpose,
  version: VersionRecord | null,
  steps: (RunStep & { service?: string | null; size?: number })[],
  author: Actor,
): Plan {
  const listed: PlanStep[] = steps.map((step, index) => ({
    action: step.action,
    after: index === 0 ? [] : [index],
    cause: step.cause,
    id: index + 1,
    op: step.op,
    service: step.service ?? null,
    size: step.size ?? null,
    slot: step.service === undefined || step.service === null ? null : 1,
    subject: step.target,
    waits: step.op.startsWith("await"),
  }));
  const targets = (op: PlanStep["op"]) => listed.filter((step) => step.op === op).map((step) => step.subject);
  const interrupted = [...new Set(listed.filter((step) => step.op === "stop_container").map((step) => step.service ?? ""))];
  const plan: Plan = {
    author,
    blockers: [],
    created_at: new Date().toISOString(),
    empty: listed.length === 0,
    fingerprint: hex(`${stack?.id ?? ""} ${stack?.revision ?? 0} ${world.plans.length}`, 16),
    impact: {
      builds: [],
      created: targets("create_container"),
      freed: listed.reduce((sum, step) => sum + (step.size ?? 0), 0),
      interrupted: interrupted.map((service) => ({
        because: listed.filter((step) => step.service === service && step.op === "stop_container").map((step) => step.cause).slice(0, 1),
        service,
        stop_grace_ms: 10_000,
      })),
      pulls: targets("pull_image"),
      removed: targets("remove_container"),
      services: stack === null ? [] : impactOf(stack, version, listed, purpose),
      volumes_removed: targets("remove_volume"),
    },
    notes: [],
    observed_at: new Date().toISOString(),
    plan_id: uuid(`plan ${world.plans.length} ${world.bornAt}`),
    purpose,
    stack_id: stack?.id ?? null,
    steps: listed,
    text: listed.map((step) => `${step.id}. ${step.action.text} (${step.cause.text})`).join("\n"),
    version: version?.version ?? null,
  };
  world.plans.push(plan);
  return plan;
}

/** What applying a version leaves behind. */
export function applied(stack: StackRecord, version: VersionRecord): () => void {
  return () => {
    stack.current = version.version;
    version.appliedAt = new Date().toISOString();
    stack.startedAt = version.appliedAt;
    stack.trouble = {};
    stack.state = "running";
    stack.drift = { drifted: false, steps: [], files: [], blockers: [] };
  };
}

export const isApplied = (stack: StackRecord, version: VersionRecord): boolean => currentVersion(stack) === version;
