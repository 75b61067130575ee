import { PAGE, useAllPages } from "@/api/all_pages";
import { listContainersInfiniteOptions } from "@/api/generated/@tanstack/react-query.gen";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

/** The containers of all stacks, read once for every page that asks; `items` is undefined until the first page is there. */
export function useAllContainers(enabled = true) {
  const query = useInfiniteQuery({ ...listContainersInfiniteOptions({ query: { limit: PAGE } }), initialPageParam: {}, getNextPageParam: (page) => page.next, enabled });
  useAllPages({ ...query, hasNextPage: enabled && query.hasNextPage });
  return { ...query, items: useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data]) };
}
