import { stackRoute } from "@/features/stacks/stack_route";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

export interface ActivitySearch {
  show?: "open" | "failed";
}

const activityRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "activity",
  validateSearch: ({ show }: Record<string, unknown>): ActivitySearch => (show === "open" || show === "failed" ? { show } : {}),
  component: lazyRouteComponent(() => import("./ActivityTab"), "ActivityTab"),
});

export const activityTabRoutes = [activityRoute] as const;
