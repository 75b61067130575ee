import { rootRoute } from "@/app/root";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

/** The page of one stack. Every feature that has a tab there hangs its own route below this one. */
export const stackRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stacks/$stackId",
  component: lazyRouteComponent(() => import("./StackLayout"), "StackLayout"),
});
