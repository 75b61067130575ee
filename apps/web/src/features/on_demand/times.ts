// Times that are typed, and those that a definition has.

import type { ComposeModel, OnDemandSettings } from "@/api/generated";

export type TimeName = "idle" | "start" | "block";

export const FIELDS = { idle: "idle_timeout_seconds", start: "start_timeout_seconds", block: "block_timeout_seconds" } as const satisfies Record<TimeName, keyof OnDemandSettings>;

/** What the server takes, in seconds. */
const BOUNDS: Record<TimeName, readonly [least: number, most: number]> = { idle: [5, 2_592_000], start: [1, 3_600], block: [1, 3_600] };

/** The longest of them. */
const MOST = 2_592_000;

const UNITS: Readonly<Record<string, number>> = { d: 86_400, j: 86_400, h: 3_600, m: 60, min: 60, s: 1, "": 60 };

/**
 * The seconds of a typed time: `10m`, `1h30m`, `90 s`, `1,5 h`; a number alone is minutes. Null if it is none, or not one that the server
 * takes.
 */
export function parseTime(text: string): number | null {
  const rest = text.trim().toLowerCase().replaceAll(",", ".");
  if (!/^(?:\d+(?:\.\d+)?\s*(?:d|j|h|min|m|s)?\s*)+$/.test(rest)) return null;
  const parts = [...rest.matchAll(/(\d+(?:\.\d+)?)\s*(d|j|h|min|m|s)?/g)];
  // Two numbers without a unit are no time.
  if (parts.length > 1 && parts.some(([, , unit]) => unit === undefined)) return null;
  const seconds = Math.round(parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ""] ?? 0), 0));
  return seconds >= 1 && seconds <= MOST ? seconds : null;
}

/** Whether the server takes what is typed for this time. */
export function isTaken(name: TimeName, text: string): boolean {
  const seconds = parseTime(text);
  const [least, most] = BOUNDS[name];
  return seconds !== null && least <= seconds && seconds <= most;
}

/** As it is written in a definition: `10m`, `1h30m`, `90s`. */
export function timeText(seconds: number): string {
  const [hours, minutes, left] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  return `${hours > 0 ? `${hours}h` : ""}${minutes > 0 ? `${minutes}m` : ""}${left > 0 || seconds === 0 ? `${left}s` : ""}`;
}

/** What holds where neither the definition nor anybody says otherwise; a start may take as long as it is learned. */
const USUAL: Record<TimeName, number | null> = { idle: 600, start: null, block: 120 };

const KEYS: Record<TimeName, string> = { idle: "idle-timeout", start: "start-timeout", block: "block-timeout" };

/** The times of a service as its definition says, in seconds; null for one that is learned. */
export function declaredTimes(model: ComposeModel, service: string): Record<TimeName, number | null> {
  const declared = free(free(model.services[service]?.["x-core-monitor"])["on-demand"]);
  const of = (name: TimeName) => {
    const value = declared[KEYS[name]];
    return typeof value === "string" ? parseTime(value) : typeof value === "number" ? value : USUAL[name];
  };
  return { idle: of("idle"), start: of("start"), block: of("block") };
}

function free(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** What is sent: everything that was set stays unless it is changed. A time that is over means nothing, and is not sent again. */
export function settingsWith(set: OnDemandSettings, change: Partial<OnDemandSettings>, now: number): OnDemandSettings {
  const { awake_until: until = null, ...times } = { ...set, ...change };
  return { ...times, awake_until: until !== null && Date.parse(until) > now ? until : null };
}

/** The moments that are offered for staying awake. Tonight is the last minute of the day where the person is. */
export function awakeChoices(now: Date): { hour: Date; hours: Date; tonight: Date } {
  const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
  const tonight = new Date(now);
  tonight.setHours(23, 59, 0, 0);
  return { hour: later(1), hours: later(4), tonight };
}
