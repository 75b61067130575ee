// The dialog and the panel of a rollout are loaded when there is one: most visits of the page need neither.

import { lazy, Suspense, type ComponentProps, type ReactElement } from "react";
import type { RolloutDialog as Dialog } from "./RolloutDialog";
import type { RolloutPanel as Panel } from "./RolloutPanel";

const LazyDialog = lazy(async () => ({ default: (await import("./RolloutDialog")).RolloutDialog }));
const LazyPanel = lazy(async () => ({ default: (await import("./RolloutPanel")).RolloutPanel }));

export function RolloutDialog(props: ComponentProps<typeof Dialog>): ReactElement {
  return <Suspense fallback={null}><LazyDialog {...props} /></Suspense>;
}

export function RolloutPanel(props: ComponentProps<typeof Panel>): ReactElement {
  return <Suspense fallback={null}><LazyPanel {...props} /></Suspense>;
}
