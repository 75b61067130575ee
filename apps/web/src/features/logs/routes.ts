import { stackRoute } from "@/features/stacks/stack_route";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

export interface LogSearch {
  /** The services to show; all if there are none. */
  service?: string[];
  tail?: number;
  grep?: string;
}

/** A link may name one service without a list. */
export function parseLogSearch({ service, tail, grep }: Record<string, unknown>): LogSearch {
  const services = (Array.isArray(service) ? service : [service]).filter((name): name is string => typeof name === "string" && name !== "");
  return {
    ...(services.length > 0 && { service: services }),
    ...(typeof tail === "number" && tail > 0 && tail <= 10_000 && { tail }),
    ...(typeof grep === "string" && grep !== "" && { grep }),
  };
}

const logsRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "logs",
  validateSearch: parseLogSearch,
  component: lazyRouteComponent(() => import("./LogsTab"), "LogsTab"),
});

export const logTabRoutes = [logsRoute] as const;
