import { rootRoute } from "@/app/root";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { parseStackFilter } from "./filter";
import { stackRoute } from "./stack_route";

export const stacksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stacks",
  validateSearch: parseStackFilter,
  component: lazyRouteComponent(() => import("./StacksPage"), "StacksPage"),
});

const servicesRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./services/ServicesTab"), "ServicesTab"),
});

const settingsRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "settings",
  component: lazyRouteComponent(() => import("./SettingsTab"), "SettingsTab"),
});

export const stackRoutes = [stacksRoute] as const;

/** The tabs of a stack's page that are about the stack itself. */
export const stackTabRoutes = [servicesRoute, settingsRoute] as const;
