import { showRollout, type Rollout } from "@/api/generated";
import { showRolloutQueryKey } from "@/api/generated/@tanstack/react-query.gen";
import { isProblem } from "@/api/problem";
import { useQuery } from "@tanstack/react-query";

/** The newest rollout of a template; null if there was none. */
export async function readRollout(template: string, signal?: AbortSignal): Promise<Rollout | null> {
  try {
    return (await showRollout({ path: { template }, throwOnError: true, ...(signal !== undefined && { signal }) })).data;
  } catch (error) {
    if (isProblem(error, "no-rollout")) return null;
    throw error;
  }
}

/** The newest rollout of a template. The stream says when it may have gone on. */
export function useRollout(template: string) {
  return useQuery({ queryKey: showRolloutQueryKey({ path: { template } }), queryFn: ({ signal }) => readRollout(template, signal) });
}
