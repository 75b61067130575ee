import { stackRoute } from "@/features/stacks/stack_route";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

const definitionRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "definition",
  // The draft is what the server has proposed, so it is shown as a comparison.
  validateSearch: ({ adopting }: Record<string, unknown>): { adopting?: true } => (adopting === true ? { adopting } : {}),
  component: lazyRouteComponent(() => import("./DefinitionPage"), "DefinitionPage"),
});

export const definitionTabRoutes = [definitionRoute] as const;
