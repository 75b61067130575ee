import { stackRoute } from "@/features/stacks/stack_route";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

const definitionRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "definition",
  component: lazyRouteComponent(() => import("./DefinitionPage"), "DefinitionPage"),
});

export const definitionTabRoutes = [definitionRoute] as const;
