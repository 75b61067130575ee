// The stack whose page is open, for everything below its layout.

import type { StackDetails, StackListItem, StackStatus } from "@/api/generated";
import { createContext, use } from "react";

export const StackContext = createContext<StackDetails | null>(null);

/** The stack of the page. Only below `StackLayout`, which shows nothing else until it is there. */
export function useStack(): StackDetails {
  const stack = use(StackContext);
  if (stack === null) throw new Error("`useStack` is for what stands inside the page of a stack");
  return stack;
}

/** State, health and containers of a stack as its chip shows them, from what is known about its services. */
export function standingOf(status: StackStatus): Pick<StackListItem, "state" | "health" | "containers"> {
  const { services, state } = status;
  return {
    state,
    health: services.some((service) => service.state === "unhealthy") ? "unhealthy" : null,
    containers: {
      total: services.reduce((sum, service) => sum + service.containers.length, 0),
      up: services.reduce((sum, service) => sum + service.up, 0),
    },
  };
}

/** What no longer answers while a stack or one of its services is down: the services that run, and their ports. */
export function interruptedBy(status: StackStatus, service?: string): { services: string[]; containers: number; ports: string[] } {
  const running = status.services.filter((each) => each.up > 0 && (service === undefined || each.service === service));
  return {
    services: running.map((each) => each.service),
    containers: running.reduce((sum, each) => sum + each.up, 0),
    ports: running.flatMap((each) => each.ports),
  };
}
