import { rootRoute } from "@/app/root";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

const commandRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/commands/$commandId",
  component: lazyRouteComponent(() => import("./CommandPage"), "CommandPage"),
});

const queueRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/queue",
  component: lazyRouteComponent(() => import("./QueuePage"), "QueuePage"),
});

export const commandRoutes = [queueRoute, commandRoute] as const;
