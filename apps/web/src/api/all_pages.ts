// Reads a list to its end, page by page, for what has to know all of it: a filter, a name that is looked up, a link to an entry.

import { useEffect } from "react";

/** Entries of a page; the server gives no more. */
export const PAGE = 200;

interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Goes on until there is no further page. */
export function useAllPages({ hasNextPage, isFetchingNextPage, fetchNextPage }: Pages): void {
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
}
