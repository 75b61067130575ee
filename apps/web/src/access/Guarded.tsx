import { Page } from "@/ui/Page";
import { useMatches } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { NotAllowed } from "./NotAllowed";
import { neededFor } from "./pages";
import { useMay } from "./useMay";

/** Shows the open page to those who may see it, and tells the others what it takes. */
export function Guarded({ children }: { children: ReactNode }): ReactElement {
  const why = useRefusedPage(null);
  return why === undefined ? <>{children}</> : <Page><NotAllowed page why={why} /></Page>;
}

/** The same for the open tab of a stack or template with this name. */
export function GuardedTab({ name, children }: { name: string; children: ReactNode }): ReactElement {
  const why = useRefusedPage(name);
  return why === undefined ? <>{children}</> : <NotAllowed why={why} />;
}

function useRefusedPage(name: string | null): string | undefined {
  const may = useMay();
  const route = useMatches({ select: (matches) => matches.at(-1)?.fullPath ?? "" });
  const planned = useMatches({ select: (matches) => "plan" in (matches.at(-1)?.search ?? {}) });
  // Whether a tab is allowed is known where the name of its stack or template is.
  if (name === null && /^\/(stacks|templates)\/\$/.test(route)) return undefined;
  // A plan that was made already may be looked at by everybody who sees the stack.
  if (planned) return undefined;
  const operation = neededFor(route.length > 1 ? route.replace(/\/$/, "") : route);
  return operation === undefined ? undefined : may(operation, name);
}
