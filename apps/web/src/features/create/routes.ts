import { rootRoute } from "@/app/root";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

const choicesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stacks/new",
  component: lazyRouteComponent(() => import("./ChoicesPage"), "ChoicesPage"),
});

const fileRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stacks/new/file",
  component: lazyRouteComponent(() => import("./FilePage"), "FilePage"),
});

const archiveRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stacks/new/archive",
  component: lazyRouteComponent(() => import("./ArchivePage"), "ArchivePage"),
});

const dockerRunRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stacks/new/docker-run",
  component: lazyRouteComponent(() => import("./DockerRunPage"), "DockerRunPage"),
});

const importRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stacks/new/import",
  validateSearch: (search: Record<string, unknown>): { project?: string } => (typeof search["project"] === "string" ? { project: search["project"] } : {}),
  component: lazyRouteComponent(() => import("./ImportPage"), "ImportPage"),
});

export const createRoutes = [choicesRoute, fileRoute, archiveRoute, dockerRunRoute, importRoute] as const;
