import { rootRoute } from "@/app/root";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

export interface AuditFilter {
  /** Part of a person's or token's name, of an action, or of what it was done to. */
  text?: string;
  show?: "commands" | "changes";
}

const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/audit",
  validateSearch: ({ text, show }: Record<string, unknown>): AuditFilter => ({
    ...(typeof text === "string" && text !== "" && { text }),
    ...((show === "commands" || show === "changes") && { show }),
  }),
  component: lazyRouteComponent(() => import("./AuditPage"), "AuditPage"),
});

export const auditRoutes = [auditRoute] as const;
