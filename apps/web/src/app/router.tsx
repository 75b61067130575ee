// The site map: every feature brings its own routes, and each page is loaded when it is first visited.

import { activityTabRoutes } from "@/features/activity/routes";
import { auditRoutes } from "@/features/audit/routes";
import { catalogRoutes } from "@/features/catalog/routes";
import { chartTabRoutes } from "@/features/charts/routes";
import { commandRoutes } from "@/features/commands/routes";
import { containerRoutes } from "@/features/containers/routes";
import { createRoutes } from "@/features/create/routes";
import { definitionTabRoutes } from "@/features/definition/routes";
import { deployTabRoutes } from "@/features/deploy/routes";
import { hostRoutes } from "@/features/host/routes";
import { logTabRoutes } from "@/features/logs/routes";
import { onDemandRoutes, onDemandTabRoutes } from "@/features/on_demand/routes";
import { overviewRoutes } from "@/features/overview/routes";
import { planTabRoutes } from "@/features/plans/routes";
import { secretRoutes } from "@/features/secrets/routes";
import { sessionRoutes } from "@/features/session/routes";
import { settingsRoutes } from "@/features/settings/routes";
import { stackRoute } from "@/features/stacks/stack_route";
import { stackRoutes, stackTabRoutes } from "@/features/stacks/routes";
import { versionTabRoutes } from "@/features/versions/routes";
import { templateRoutes } from "@/features/templates/routes";
import { terminalTabRoutes } from "@/features/terminal/routes";
import { wizardRoutes, wizardTabRoutes } from "@/features/wizard/routes";
import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { loadAnewWithTheNextPage } from "./parts";
import { PageFailed, rootRoute } from "./root";

/** The tabs on the page of a stack, each from the feature it belongs to. */
const stackTree = stackRoute.addChildren([...stackTabRoutes, ...definitionTabRoutes, ...versionTabRoutes, ...planTabRoutes, ...activityTabRoutes, ...logTabRoutes, ...chartTabRoutes, ...terminalTabRoutes, ...deployTabRoutes, ...onDemandTabRoutes, ...wizardTabRoutes]);

const routeTree = rootRoute.addChildren([
  ...overviewRoutes,
  ...commandRoutes,
  ...containerRoutes,
  ...hostRoutes,
  ...onDemandRoutes,
  ...auditRoutes,
  ...catalogRoutes,
  ...settingsRoutes,
  ...secretRoutes,
  ...sessionRoutes,
  ...stackRoutes,
  ...wizardRoutes,
  ...createRoutes,
  ...templateRoutes,
  stackTree,
]);

export function createAppRouter(queries: QueryClient) {
  const router = createRouter({
    routeTree,
    context: { queries },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
  });
  loadAnewWithTheNextPage(router);
  return router;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
