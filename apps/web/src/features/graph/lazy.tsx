// The layout of graphs is loaded with the first graph.

import { Skeleton } from "@/ui/Empty";
import { lazy, Suspense, type ReactElement } from "react";
import type { ServiceGraphProps } from "./ServiceGraph";

const LazyServiceGraph = lazy(async () => ({ default: (await import("./ServiceGraph")).ServiceGraph }));

export function ServiceGraph(props: ServiceGraphProps): ReactElement {
  return <Suspense fallback={<Skeleton lines={4} label={props.label} />}><LazyServiceGraph {...props} /></Suspense>;
}
