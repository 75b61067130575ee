import { rootRoute } from "@/app/root";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

const catalogRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/catalog",
  validateSearch: ({ text }: Record<string, unknown>): { text?: string } => (typeof text === "string" && text !== "" ? { text } : {}),
  component: lazyRouteComponent(() => import("./CatalogPage"), "CatalogPage"),
});

export const catalogRoutes = [catalogRoute] as const;
