import { rootRoute } from "@/app/root";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

/** The page of one template. Its tabs hang below it. */
export const templateRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/templates/$template",
  component: lazyRouteComponent(() => import("./TemplateLayout"), "TemplateLayout"),
});
