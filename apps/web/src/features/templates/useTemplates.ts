import { PAGE, useAllPages } from "@/api/all_pages";
import { listInstancesInfiniteOptions, listSweepsOptions, listTemplatesInfiniteOptions } from "@/api/generated/@tanstack/react-query.gen";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

/** All templates; `items` is undefined until the first page is there. */
export function useAllTemplates() {
  const query = useInfiniteQuery({ ...listTemplatesInfiniteOptions({ query: { limit: PAGE } }), initialPageParam: {}, getNextPageParam: (page) => page.next });
  useAllPages(query);
  return { ...query, items: useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data]) };
}

/** All instances of a template. */
export function useAllInstances(template: string) {
  const path = { template };
  const query = useInfiniteQuery({ ...listInstancesInfiniteOptions({ path, query: { limit: PAGE } }), initialPageParam: { path }, getNextPageParam: (page) => page.next });
  useAllPages(query);
  return { ...query, items: useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data]) };
}

/** What is going to be removed, the next one first. */
export function useSweeps() {
  return useQuery(listSweepsOptions({ query: { limit: PAGE } }));
}
