import { stackRoute } from "@/features/stacks/stack_route";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { parsePlanSearch } from "./search";

const planRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "plan",
  validateSearch: parsePlanSearch,
  component: lazyRouteComponent(() => import("./PlanPage"), "PlanPage"),
});

export const planTabRoutes = [planRoute] as const;
