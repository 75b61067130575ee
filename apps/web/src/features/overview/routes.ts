import { mayNow } from "@/access/useMay";
import { showOverviewOptions } from "@/api/generated/@tanstack/react-query.gen";
import { atMost } from "@/api/queries";
import { rootRoute } from "@/app/root";
import { allStacks } from "@/features/stacks/useAllStacks";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  loader: ({ context: { queries } }) => atMost(Promise.all([mayNow(queries, "show_overview") && queries.prefetchQuery(showOverviewOptions()), queries.prefetchInfiniteQuery(allStacks)])),
  component: lazyRouteComponent(() => import("./OverviewPage"), "OverviewPage"),
});

export const overviewRoutes = [overviewRoute] as const;
