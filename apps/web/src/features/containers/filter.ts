// What the list of containers is narrowed to and ordered by; it lives in the address.

import type { ServiceState, StackContainer } from "@/api/generated";
import { figures } from "@/app/live/figures";
import { SERVICE_STATES } from "@/text/states";

export type ContainerOrder = "name" | "stack" | "state" | "cpu" | "memory" | "restarts";

export interface ContainerFilter {
  text?: string;
  state?: ServiceState;
  sort?: ContainerOrder;
  descending?: boolean;
}

const ORDERS: ReadonlySet<string> = new Set<ContainerOrder>(["name", "stack", "state", "cpu", "memory", "restarts"]);

export function parseContainerFilter({ text, state, sort, descending }: Record<string, unknown>): ContainerFilter {
  return {
    ...(typeof text === "string" && text !== "" && { text }),
    ...(typeof state === "string" && state in SERVICE_STATES && { state: state as ServiceState }),
    ...(typeof sort === "string" && ORDERS.has(sort) && { sort: sort as ContainerOrder }),
    ...(descending === true && { descending }),
  };
}

export function filterContainers(items: readonly StackContainer[], filter: ContainerFilter): StackContainer[] {
  const text = filter.text?.toLowerCase() ?? "";
  const kept = items.filter(
    (item) => words(item).includes(text) && (filter.state === undefined || item.container.state === filter.state),
  );
  const turn = filter.descending === true ? -1 : 1;
  const by = filter.sort ?? "stack";
  return kept.toSorted((a, b) => turn * compare(a, b, by) || a.container.name.localeCompare(b.container.name));
}

function words({ container, stack_name: stack }: StackContainer): string {
  return `${container.name} ${stack} ${container.service ?? ""} ${container.image}`.toLowerCase();
}

/** Live figures are compared as they are now; the order does not jump with every update, only when the list is ordered again. */
function compare(a: StackContainer, b: StackContainer, by: ContainerOrder): number {
  switch (by) {
    case "name":
      return a.container.name.localeCompare(b.container.name);
    case "state":
      return badness(b.container.state) - badness(a.container.state);
    case "restarts":
      return a.container.restart_count - b.container.restart_count;
    case "cpu":
      return cpu(a) - cpu(b);
    case "memory":
      return memory(a) - memory(b);
    default:
      return a.stack_name.localeCompare(b.stack_name);
  }
}

/** The states are listed from good to bad, as the server orders them. What is wrong comes first. */
const GOOD_FIRST = Object.keys(SERVICE_STATES);

const badness = (state: ServiceState): number => GOOD_FIRST.indexOf(state);

function cpu(item: StackContainer): number {
  return figures.container(item.container.container_id).usage?.cpu_percent ?? -1;
}

function memory(item: StackContainer): number {
  return figures.container(item.container.container_id).usage?.memory_bytes ?? -1;
}
