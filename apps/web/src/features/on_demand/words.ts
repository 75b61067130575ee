// What states, policies and causes of services that wake on demand are called.

import type { OnDemandService, PolicyVerdict, PowerCause, PredictionOutcome } from "@/api/generated";
import { period, remaining } from "@/text/dates";
import { percent } from "@/text/sizes";
import { ON_DEMAND_STATES, type Look } from "@/text/states";
import { i18n, type MessageDescriptor } from "@lingui/core";
import { msg, t } from "@lingui/core/macro";

/** Declared and never seen by a gateway. */
const DECLARED: Look = { tone: "calm", word: msg`declared` };

/** How a service stands. One that never sleeps is awake all the same. */
export function onDemandLook({ state }: Pick<OnDemandService, "state">): Look {
  return state === null ? DECLARED : ON_DEMAND_STATES[state];
}

const FIXED = /^fixed (\d+) (min|s)$/;
const CALENDAR = /^calendar (\d+) %$/;

/** The seconds of a policy that is a fixed time. */
export function fixedSeconds(policy: string): number | null {
  const [, count, unit] = FIXED.exec(policy) ?? [];
  return count === undefined ? null : Number(count) * (unit === "min" ? 60 : 1);
}

/** A policy in plain words. One of a newer server is shown as it is called there. */
export function policyWord(policy: string): string {
  const seconds = fixedSeconds(policy);
  if (seconds !== null) {
    const time = remaining(seconds * 1_000);
    return t`after ${time}`;
  }
  if (policy === "hybrid") return t`by learned pauses`;
  const share = CALENDAR.exec(policy)?.[1];
  if (share !== undefined) {
    const weeks = percent(Number(share));
    return t`by hours of use (${weeks})`;
  }
  return policy;
}

export const VERDICTS: Record<PolicyVerdict, MessageDescriptor> = {
  configured: msg`as configured`,
  adopted: msg`better, and followed`,
  too_few_days: msg`too few days to tell`,
  too_few_pauses: msg`too few pauses to tell`,
  not_cheaper: msg`no better`,
  not_cheapest: msg`another one is better`,
  not_confirmed: msg`better in one week of two only`,
};

export const OUTCOMES: Record<PredictionOutcome, Look> = {
  hit: { tone: "good", word: msg`it was used` },
  wasted: { tone: "warn", word: msg`nobody came` },
};

/** Why something woke or was put to sleep, as half a sentence. */
export function causeText({ why, host, path, seconds, other }: PowerCause, by: string | null): string {
  const text: Record<PowerCause["why"], () => MessageDescriptor> = {
    request: () => { const what = `${host ?? ""}${path ?? ""}`; return what === "" ? msg`somebody asked for it` : msg`somebody asked for ${what}`; },
    idle: () => { const time = seconds === null ? "" : period(seconds); return time === "" ? msg`nobody used it` : msg`nobody used it for ${time}`; },
    schedule: () => msg`its schedule says so`,
    predicted: () => msg`it was expected to be used soon`,
    needed_by: () => { const name = other ?? "–"; return msg`${name} needs it`; },
    yields: () => { const name = other ?? "–"; return msg`it made room for ${name}`; },
    person: () => (by === null ? msg`a person asked for it` : msg`${by} asked for it`),
  };
  return i18n._(text[why]());
}

/** Why a start failed, in a few words. One of a newer server is shown as it is called there. */
const FAILURES: Readonly<Record<string, MessageDescriptor>> = {
  command: msg`the start failed`,
  queue: msg`the queue did not take it`,
  ended: msg`its container ended`,
  no_container: msg`there was no container`,
  silent: msg`it did not answer in time`,
  unhealthy: msg`its health check failed`,
};

export function failureText(word: string): string {
  const known = FAILURES[word];
  return known === undefined ? word : i18n._(known);
}
