// Which word and which colour every state of the API has. Nowhere else: the same state looks the same on every page.

import type { CommandStatus, Health, ServiceState, Severity, StackState } from "@/api/generated";
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
  completed: { tone: "good", word: msg`completed` },
  degraded: { tone: "bad", word: msg`degraded` },
  not_applied: { tone: "calm", word: msg`not applied` },
  unknown: { tone: "calm", word: msg`unknown` },
};

export const SERVICE_STATES: Record<ServiceState, Look> = {
  running: { tone: "good", word: msg`running` },
  completed: { tone: "good", word: msg`completed` },
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
