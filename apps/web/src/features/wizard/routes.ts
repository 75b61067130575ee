import { rootRoute } from "@/app/root";
import { stackRoute } from "@/features/stacks/stack_route";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { parseEditSearch, parseNewSearch } from "./search";

const newRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stacks/new/wizard",
  validateSearch: parseNewSearch,
  component: lazyRouteComponent(() => import("./NewPage"), "NewPage"),
});

const editRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "wizard",
  validateSearch: parseEditSearch,
  component: lazyRouteComponent(() => import("./EditPage"), "EditPage"),
});

export const wizardRoutes = [newRoute] as const;

/** Below the page of a stack: the wizard opened on one of its versions. */
export const wizardTabRoutes = [editRoute] as const;
