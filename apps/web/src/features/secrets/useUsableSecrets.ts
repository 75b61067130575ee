import { matches } from "@/access/rights";
import { useMay } from "@/access/useMay";
import { PAGE, useAllPages } from "@/api/all_pages";
import { listSecretsInfiniteOptions } from "@/api/generated/@tanstack/react-query.gen";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

/**
 * The names of the secrets that a stack may use; all of them where it has no name yet. Null as long as they are not known, which for
 * somebody who may not see the list is for ever.
 */
export function useUsableSecrets(stack: string | null): readonly string[] | null {
  const seen = useMay()("list_secrets") === undefined;
  const query = useInfiniteQuery({ ...listSecretsInfiniteOptions({ query: { limit: PAGE } }), initialPageParam: {}, getNextPageParam: (page) => page.next, enabled: seen });
  useAllPages(query);
  return useMemo(() => {
    if (query.data === undefined || !seen) return null;
    const all = query.data.pages.flatMap((page) => page.items);
    return all.filter(({ stacks }) => stack === null || stacks.some((pattern) => matches(pattern, stack))).map(({ name }) => name);
  }, [query.data, seen, stack]);
}
