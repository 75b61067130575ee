import { rootRoute } from "@/app/root";
import { stackRoute } from "@/features/stacks/stack_route";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { parseOnDemandSearch } from "./search";

const onDemandRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/on-demand",
  validateSearch: parseOnDemandSearch,
  component: lazyRouteComponent(() => import("./OnDemandPage"), "OnDemandPage"),
});

const onDemandTabRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "on-demand",
  component: lazyRouteComponent(() => import("./OnDemandTab"), "OnDemandTab"),
});

export const onDemandRoutes = [onDemandRoute] as const;

/** The tab on the page of a stack. */
export const onDemandTabRoutes = [onDemandTabRoute] as const;
