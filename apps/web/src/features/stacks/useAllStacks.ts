import { PAGE, useAllPages } from "@/api/all_pages";
import { listStacksInfiniteOptions } from "@/api/generated/@tanstack/react-query.gen";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

/** All stacks, read once for every page that asks; `items` is undefined until the first page is there. */
export function useAllStacks() {
  const query = useInfiniteQuery({ ...listStacksInfiniteOptions({ query: { limit: PAGE } }), initialPageParam: {}, getNextPageParam: (page) => page.next });
  useAllPages(query);
  return { ...query, items: useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data]) };
}
