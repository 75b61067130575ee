import { rootRoute } from "@/app/root";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

const load = lazyRouteComponent(() => import("./SignedInAlready"), "SignedInAlready");

// Whoever is not signed in never gets here: SignInPage stands in place of the application.
const setupRoute = createRoute({ getParentRoute: () => rootRoute, path: "/setup", component: load });

const invitationRoute = createRoute({ getParentRoute: () => rootRoute, path: "/invitation", component: load });

export const sessionRoutes = [setupRoute, invitationRoute] as const;
