import { rootRoute } from "@/app/root";
import { parseComparison } from "@/features/versions/comparison";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { parseInstanceFilter } from "./instances/filter";
import { templateRoute } from "./template_route";

const templatesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/templates",
  component: lazyRouteComponent(() => import("./TemplatesPage"), "TemplatesPage"),
});

// No template can be called `-`, so this is the address of none.
const newTemplateRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/templates/-/new",
  component: lazyRouteComponent(() => import("./edit/NewTemplatePage"), "NewTemplatePage"),
});

const importTemplatesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/templates/-/import",
  component: lazyRouteComponent(() => import("./import/ImportTemplatesPage"), "ImportTemplatesPage"),
});

const sweepsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sweeps",
  component: lazyRouteComponent(() => import("./SweepsPage"), "SweepsPage"),
});

const instancesRoute = createRoute({
  getParentRoute: () => templateRoute,
  path: "/",
  validateSearch: parseInstanceFilter,
  component: lazyRouteComponent(() => import("./instances/InstancesTab"), "InstancesTab"),
});

const launchRoute = createRoute({
  getParentRoute: () => templateRoute,
  path: "launch",
  component: lazyRouteComponent(() => import("./launch/LaunchTab"), "LaunchTab"),
});

const versionsRoute = createRoute({
  getParentRoute: () => templateRoute,
  path: "versions",
  component: lazyRouteComponent(() => import("./versions/TemplateVersionsTab"), "TemplateVersionsTab"),
});

const versionRoute = createRoute({
  getParentRoute: () => templateRoute,
  path: "versions/$version",
  component: lazyRouteComponent(() => import("./versions/TemplateVersionTab"), "TemplateVersionTab"),
});

const compareRoute = createRoute({
  getParentRoute: () => templateRoute,
  path: "compare",
  validateSearch: parseComparison,
  component: lazyRouteComponent(() => import("./versions/TemplateCompareTab"), "TemplateCompareTab"),
});

const editRoute = createRoute({
  getParentRoute: () => templateRoute,
  path: "edit",
  component: lazyRouteComponent(() => import("./edit/EditTemplateTab"), "EditTemplateTab"),
});

const keysRoute = createRoute({
  getParentRoute: () => templateRoute,
  path: "keys",
  component: lazyRouteComponent(() => import("./keys/KeysTab"), "KeysTab"),
});

const templateTree = templateRoute.addChildren([instancesRoute, launchRoute, versionsRoute, versionRoute, compareRoute, editRoute, keysRoute]);

export const templateRoutes = [templatesRoute, newTemplateRoute, importTemplatesRoute, sweepsRoute, templateTree] as const;
