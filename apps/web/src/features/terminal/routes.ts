import { stackRoute } from "@/features/stacks/stack_route";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

const terminalRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: "terminal",
  validateSearch: ({ container }: Record<string, unknown>): { container?: string } => (typeof container === "string" ? { container } : {}),
  component: lazyRouteComponent(() => import("./TerminalTab"), "TerminalTab"),
});

export const terminalTabRoutes = [terminalRoute] as const;
