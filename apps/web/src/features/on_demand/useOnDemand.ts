// The services that wake on demand, and what has become of them.

import { useMay } from "@/access/useMay";
import { listOnDemandOptions, showOnDemandReportOptions, showOnDemandServiceOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { OnDemandService } from "@/api/generated";
import { useQuery } from "@tanstack/react-query";

/** The gateway says how each service stands every ten seconds, and no notice of the stream tells of it. Not while the page is hidden. */
const EVERY = 10_000;
/** What is summed up by days changes slowly. */
const SELDOM = 60_000;

export function useOnDemandList() {
  return useQuery({ ...listOnDemandOptions(), refetchInterval: EVERY });
}

export function useOnDemandReport(days: number) {
  return useQuery({ ...showOnDemandReportOptions({ query: { days } }), refetchInterval: SELDOM, placeholderData: (former) => former });
}

export function useOnDemandService(id: string, service: string) {
  return useQuery({ ...showOnDemandServiceOptions({ path: { id, service } }), refetchInterval: EVERY });
}

/** Those of a stack, read once and kept as fresh as the stream keeps it; undefined until they are known. */
export function useOnDemandOf(stackId: string, wanted = true): readonly OnDemandService[] | undefined {
  const may = useMay();
  return useQuery({ ...listOnDemandOptions(), enabled: wanted && may("list_on_demand") === undefined }).data?.items.filter((item) => item.stack_id === stackId);
}
