// A plan as people read it: what happens to each service, and below that the steps. The server says what a step means for a
// service; plans of earlier releases have steps only, and are summed up here.

import type { Message, Plan, PlanStep, ServiceImpact, StepOp } from "@/api/generated";

export interface PlannedService extends ServiceImpact {
  steps: PlanStep[];
}

export interface PlanByService {
  /** Those that change first, those that stay last. */
  services: PlannedService[];
  /** Steps for what services share: networks, volumes, the folder. */
  shared: PlanStep[];
}

type Change = ServiceImpact["change"];

/** The order in which people want to read: what may hurt first. */
const ORDER: Record<Change, number> = { remove: 0, stop: 1, replace: 2, restart: 3, update: 4, create: 5, start: 6, keep: 7 };

export function byService(plan: Plan): PlanByService {
  const steps = new Map<string, PlanStep[]>();
  const shared: PlanStep[] = [];
  for (const step of plan.steps) {
    if (step.service === null) shared.push(step);
    else steps.set(step.service, [...(steps.get(step.service) ?? []), step]);
  }
  const told = plan.impact.services;
  const services = (told.length > 0 ? told : [...steps].map(([service, own]) => summedUp(plan, service, own))).map((impact) => withSteps(impact, steps.get(impact.service)));
  return {
    services: services.toSorted((a, b) => ORDER[a.change] - ORDER[b.change] || a.service.localeCompare(b.service)),
    shared,
  };
}

function withSteps(impact: ServiceImpact, steps: PlanStep[] = []): PlannedService {
  return { ...impact, steps };
}

function summedUp(plan: Plan, service: string, steps: readonly PlanStep[]): ServiceImpact {
  const change = changeOf(steps);
  const grace = plan.impact.interrupted.find((each) => each.service === service)?.stop_grace_ms;
  return {
    service,
    change,
    causes: causesOf(steps),
    order: change === "replace" ? "stop_first" : null,
    gap_seconds: grace === undefined ? (change === "create" || change === "start" ? 0 : null) : Math.ceil(grace / 1_000),
    containers: new Set(steps.map((step) => step.slot).filter((slot) => slot !== null)).size,
    ports: [],
    volumes: [],
    risks: [],
  };
}

/** Why it happens: what the first thing is done for. That the new container is not running yet explains nothing. */
function causesOf(steps: readonly PlanStep[]): Message[] {
  const telling = steps.filter((step) => step.op === "create_container");
  return distinct((telling.length > 0 ? telling : steps.filter((step) => !step.waits)).map((step) => step.cause));
}

function changeOf(steps: readonly PlanStep[]): Change {
  const has = (op: StepOp) => steps.some((step) => step.op === op);
  if (has("create_container")) return has("stop_container") || has("remove_container") ? "replace" : "create";
  if (has("remove_container")) return "remove";
  if (has("restart_container")) return "restart";
  if (has("stop_container")) return has("start_container") ? "restart" : "stop";
  if (has("start_container")) return "start";
  return steps.every((step) => step.waits || step.op === "pull_image") ? "keep" : "update";
}

/** Each sentence once, in the order in which they come. */
export function distinct(messages: readonly Message[]): Message[] {
  const seen = new Set<string>();
  return messages.filter((message) => !seen.has(message.text) && seen.add(message.text));
}

/** How many services have each change; those that nothing happens to included. */
export function countChanges(services: readonly { change: Change }[]): Partial<Record<Change, number>> {
  const counts: Partial<Record<Change, number>> = {};
  for (const { change } of services) counts[change] = (counts[change] ?? 0) + 1;
  return counts;
}
