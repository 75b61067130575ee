import { stackRoute } from "@/features/stacks/stack_route";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

const deployRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "deploy",
  validateSearch: ({ service }: Record<string, unknown>): { service?: string } => (typeof service === "string" ? { service } : {}),
  component: lazyRouteComponent(() => import("./DeployPage"), "DeployPage"),
});

export const deployTabRoutes = [deployRoute] as const;
