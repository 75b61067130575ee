// Which word and which colour every state of the API has. Nowhere else: the same state looks the same on every page.

import type { CommandStatus, Health, InstancePhase, OnDemandState, ServiceState, Severity, StackState } from "@/api/generated";
import type { Tone } from "@/ui/Chip";
import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";

export interface Look {
  tone: Tone;
  word: MessageDescriptor;
}

export const STACK_STATES: Record<StackState, Look> = {
  running: { tone: "good", word: msg`running` },
  partial: { tone: "warn", word: msg`partially running` },
  stopped: { tone: "calm", word: msg`stopped` },
  asleep: { tone: "asleep", word: msg`asleep` },
  completed: { tone: "good", word: msg`completed` },
  degraded: { tone: "bad", word: msg`degraded` },
  not_applied: { tone: "calm", word: msg`not applied` },
  unknown: { tone: "calm", word: msg`unknown` },
};

export const SERVICE_STATES: Record<ServiceState, Look> = {
  running: { tone: "good", word: msg`running` },
  completed: { tone: "good", word: msg`completed` },
  asleep: { tone: "asleep", word: msg`asleep` },
  starting: { tone: "busy", word: msg`starting` },
  partial: { tone: "warn", word: msg`partially running` },
  stopped: { tone: "calm", word: msg`stopped` },
  unhealthy: { tone: "bad", word: msg`unhealthy` },
  failed: { tone: "bad", word: msg`failed` },
};

export const COMMAND_STATUSES: Record<CommandStatus, Look> = {
  PENDING: { tone: "calm", word: msg`waiting` },
  RUNNING: { tone: "busy", word: msg`in progress` },
  DONE: { tone: "good", word: msg`done` },
  FAILED: { tone: "bad", word: msg`failed` },
  CANCELLED: { tone: "calm", word: msg`cancelled` },
};

/** Of a service that wakes on demand, as the gateway sees it. */
export const ON_DEMAND_STATES: Record<OnDemandState, Look> = {
  asleep: { tone: "asleep", word: msg`asleep` },
  held: { tone: "warn", word: msg`held back` },
  starting: { tone: "busy", word: msg`starting` },
  awake: { tone: "good", word: msg`awake` },
  falling_asleep: { tone: "asleep", word: msg`falling asleep` },
  failed: { tone: "bad", word: msg`failed` },
};

/** Of an instance of a template. */
export const INSTANCE_PHASES: Record<InstancePhase, Look> = {
  queued: { tone: "calm", word: msg`waiting` },
  building: { tone: "busy", word: msg`building` },
  built: { tone: "calm", word: msg`built` },
  starting: { tone: "busy", word: msg`starting` },
  serving: { tone: "good", word: msg`serving` },
  asleep: { tone: "asleep", word: msg`asleep` },
  stopping: { tone: "busy", word: msg`stopping` },
  stopped: { tone: "calm", word: msg`stopped` },
  failed: { tone: "bad", word: msg`failed` },
  removing: { tone: "busy", word: msg`being removed` },
};

/** A command as far as its state tells how it ended: of its stack in a list, or whole. */
interface Ended {
  status: CommandStatus;
  failure?: unknown;
  failure_code?: string | null;
  result?: { rolled_back_to: number | null } | null;
}

/** The state of a command. One that failed and went back by itself, or was given up after it had failed, is over, and no success. */
export function commandLook({ status, failure, failure_code: code, result }: Ended): Look {
  const failed = (failure ?? code ?? null) !== null;
  if (status !== "CANCELLED" || !failed) return COMMAND_STATUSES[status];
  const back = result?.rolled_back_to ?? null;
  return { tone: "warn", word: back === null ? msg`failed, not retried` : msg`failed, rolled back` };
}

export const HEALTHS: Record<Health, Look> = {
  healthy: { tone: "good", word: msg`healthy` },
  starting: { tone: "busy", word: msg`starting` },
  unhealthy: { tone: "bad", word: msg`unhealthy` },
};

/** Of a service or a container: what runs and passes its health check is healthy, which says more. */
export function serviceLook({ state, health }: { state: ServiceState; health: Health | null }): Look {
  return state === "running" && health === "healthy" ? HEALTHS.healthy : SERVICE_STATES[state];
}

export const SEVERITIES: Record<Severity, Look> = {
  error: { tone: "bad", word: msg`error` },
  warning: { tone: "warn", word: msg`warning` },
  info: { tone: "calm", word: msg`note` },
};
