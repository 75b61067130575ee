import { stackRoute } from "@/features/stacks/stack_route";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

const chartsRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "charts",
  component: lazyRouteComponent(() => import("./ChartsTab"), "ChartsTab"),
});

export const chartTabRoutes = [chartsRoute] as const;
