// The editor is a large part of the application and most pages do without it: it is loaded when the first one is shown.

import { Skeleton } from "@/ui/Empty";
import { lazy, Suspense, type ReactElement } from "react";
import type { CodeViewProps } from "./CodeView";
import type { MergeViewProps } from "./MergeView";

const LazyCodeView = lazy(async () => ({ default: (await import("./CodeView")).CodeView }));
const LazyMergeView = lazy(async () => ({ default: (await import("./MergeView")).MergeView }));

export function CodeView(props: CodeViewProps): ReactElement {
  return <Suspense fallback={<Skeleton lines={6} label={props.label} />}><LazyCodeView {...props} /></Suspense>;
}

export function MergeView(props: MergeViewProps): ReactElement {
  return <Suspense fallback={<Skeleton lines={6} label={props.label} />}><LazyMergeView {...props} /></Suspense>;
}
