// The editor is loaded with the first file that is shown.

import { Skeleton } from "@/ui/Empty";
import { lazy, Suspense, type ReactElement } from "react";
import type { ComposeViewProps } from "./ComposeView";

const LazyComposeView = lazy(async () => ({ default: (await import("./ComposeView")).ComposeView }));

export function ComposeView(props: ComposeViewProps): ReactElement {
  return <Suspense fallback={<Skeleton lines={8} label={props.label} />}><LazyComposeView {...props} /></Suspense>;
}
