import { showStackStatusOptions } from "@/api/generated/@tanstack/react-query.gen";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, type ReactElement } from "react";
import { LogView } from "./LogView";
import type { LogSource } from "./useLogs";

const route = getRouteApi("/stacks/$stackId/logs");

/** The logs of a stack: of all its services merged by time, or of one. What is shown is in the address. */
export function LogsTab(): ReactElement {
  const { stackId } = route.useParams();
  const { service, tail, grep } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: status } = useQuery(showStackStatusOptions({ path: { id: stackId } }));
  const chosen = service?.join(" ");
  const source = useMemo<LogSource>(
    () => ({ path: `/api/v1/stacks/${stackId}/logs`, services: chosen === undefined ? [] : chosen.split(" "), tail: tail ?? 1_000, grep: grep ?? "" }),
    [stackId, chosen, tail, grep],
  );
  const change = (next: LogSource) =>
    void navigate({
      search: {
        ...(next.services.length > 0 && { service: [...next.services] }),
        ...(next.tail !== 1_000 && { tail: next.tail }),
        ...(next.grep !== "" && { grep: next.grep }),
      },
      replace: true,
    });
  return <LogView key={stackId} source={source} onSource={change} services={status?.services.map((one) => one.service) ?? []} />;
}
