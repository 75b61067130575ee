import { rootRoute } from "@/app/root";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

const secretsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/secrets",
  component: lazyRouteComponent(() => import("./SecretsPage"), "SecretsPage"),
});

const secretRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/secrets/$secret",
  component: lazyRouteComponent(() => import("./SecretPage"), "SecretPage"),
});

export const secretRoutes = [secretsRoute, secretRoute] as const;
