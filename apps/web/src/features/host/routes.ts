import { rootRoute } from "@/app/root";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

/** What the lists are narrowed to; it lives in the address. */
export interface HostFilter {
  text?: string;
  only?: "unused" | "used" | "foreign";
}

function parse(search: Record<string, unknown>): HostFilter {
  const { text, only } = search;
  return {
    ...(typeof text === "string" && text !== "" && { text }),
    ...((only === "unused" || only === "used" || only === "foreign") && { only }),
  };
}

const imagesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/images",
  validateSearch: parse,
  component: lazyRouteComponent(() => import("./ImagesPage"), "ImagesPage"),
});

const volumesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/volumes",
  validateSearch: parse,
  component: lazyRouteComponent(() => import("./VolumesPage"), "VolumesPage"),
});

const networksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/networks",
  validateSearch: parse,
  component: lazyRouteComponent(() => import("./NetworksPage"), "NetworksPage"),
});

export const hostRoutes = [imagesRoute, volumesRoute, networksRoute] as const;
