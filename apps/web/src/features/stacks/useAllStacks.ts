import { PAGE, useAllPages } from "@/api/all_pages";
import { listStacksInfiniteOptions } from "@/api/generated/@tanstack/react-query.gen";
import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

export const allStacks = infiniteQueryOptions({ ...listStacksInfiniteOptions({ query: { limit: PAGE } }), initialPageParam: {}, getNextPageParam: (page) => page.next });

/** All stacks, read once for every page that asks; `items` is undefined until the first page is there. */
export function useAllStacks() {
  const query = useInfiniteQuery(allStacks);
  useAllPages(query);
  return { ...query, items: useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data]) };
}
