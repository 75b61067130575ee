import { stackRoute } from "@/features/stacks/stack_route";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { parseComparison } from "./comparison";

const versionsRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "versions",
  component: lazyRouteComponent(() => import("./VersionsPage"), "VersionsPage"),
});

const versionRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "versions/$version",
  component: lazyRouteComponent(() => import("./VersionPage"), "VersionPage"),
});

const compareRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "compare",
  validateSearch: parseComparison,
  component: lazyRouteComponent(() => import("./ComparePage"), "ComparePage"),
});

export const versionTabRoutes = [versionsRoute, versionRoute, compareRoute] as const;
