// What the list of instances is narrowed to; it lives in the address.

import type { Instance, InstancePhase } from "@/api/generated";
import { INSTANCE_PHASES } from "@/text/states";

export interface InstanceFilter {
  text?: string;
  phase?: InstancePhase;
}

export function parseInstanceFilter({ text, phase }: Record<string, unknown>): InstanceFilter {
  return { ...(typeof text === "string" && text !== "" && { text }), ...(isPhase(phase) && { phase }) };
}

function isPhase(value: unknown): value is InstancePhase {
  return typeof value === "string" && Object.hasOwn(INSTANCE_PHASES, value);
}

/** By key, host, port and value: whatever one remembers of an instance. */
export function filterInstances(instances: readonly Instance[], { text = "", phase }: InstanceFilter): Instance[] {
  const wanted = text.toLowerCase();
  return instances.filter((instance) => (phase === undefined || instance.phase === phase) && wordsOf(instance).includes(wanted));
}

function wordsOf({ key, url, hosts, ports, values }: Instance): string {
  return [key, url ?? "", ...hosts, ...Object.values(ports), ...Object.values(values)].join(" ").toLowerCase();
}

export interface InstanceCounts {
  total: number;
  serving: number;
  asleep: number;
  stopped: number;
  failed: number;
  /** Those that are on their way to one of these. */
  underWay: number;
}

export function countInstances(instances: readonly Pick<Instance, "phase">[]): InstanceCounts {
  const count = (wanted: InstancePhase) => instances.filter(({ phase }) => phase === wanted).length;
  const [serving, asleep, stopped, failed] = [count("serving"), count("asleep"), count("stopped"), count("failed")];
  const total = instances.length;
  return { total, serving, asleep, stopped, failed, underWay: total - serving - asleep - stopped - failed };
}
