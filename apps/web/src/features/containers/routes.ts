import { rootRoute } from "@/app/root";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { parseContainerFilter } from "./filter";
import { parseContainerSearch } from "./views";

const containersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/containers",
  validateSearch: parseContainerFilter,
  component: lazyRouteComponent(() => import("./ContainersPage"), "ContainersPage"),
});

const containerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/containers/$containerId",
  validateSearch: parseContainerSearch,
  component: lazyRouteComponent(() => import("./ContainerPage"), "ContainerPage"),
});

export const containerRoutes = [containersRoute, containerRoute] as const;
