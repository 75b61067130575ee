import { useMay, useStackName } from "@/access/useMay";
import { inspectContainerOptions, listContainersOptions, listStackContainersOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { ContainerPage, StackContainer, StackStatus } from "@/api/generated";
import { ApiError } from "@/api/problem";
import { operationOf } from "@/api/queries";
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useAllContainers } from "./useAllContainers";

export type FoundContainer =
  | { kind: "found"; item: StackContainer }
  | { kind: "looking" }
  /** There is none with this id. */
  | { kind: "gone" }
  /** It is on the host, but no stack's. */
  | { kind: "foreign"; name: string }
  | { kind: "failed"; error: unknown };

/**
 * One container by its id. The API lists those of a stack: which stack that is, the answers know that were read before, or else the
 * engine says it, so that nobody reads all containers of the host to find one. That is left for while no worker answers.
 */
export function useContainer(containerId: string): FoundContainer {
  const client = useQueryClient();
  const known = useMemo(() => stackOf(client, containerId), [client, containerId]);
  const asked = useQuery({ ...inspectContainerOptions({ path: { id: containerId } }), enabled: known === undefined });
  const none = asked.error instanceof ApiError && asked.error.status === 404;
  const stackId = known ?? asked.data?.stack_id ?? undefined;
  const list = useContainersOf(stackId);
  const mayList = useMay()("list_containers") === undefined;
  const all = useAllContainers(mayList && stackId === undefined && asked.isError && !none);
  if (stackId === undefined && none) return { kind: "gone" };
  if (stackId === undefined && asked.data !== undefined) return { kind: "foreign", name: asked.data.name };
  const found: { items: readonly StackContainer[] | undefined; error: unknown; whole: boolean } =
    stackId === undefined ? { items: all.items, error: mayList ? all.error : asked.error, whole: !all.hasNextPage } : { ...list, whole: true };
  const { items, error, whole } = found;
  const item = items?.find(({ container }) => container.container_id === containerId);
  if (item !== undefined) return { kind: "found", item };
  if (error !== null) return { kind: "failed", error };
  return items !== undefined && whole ? { kind: "gone" } : { kind: "looking" };
}

/** The containers of a stack, also for those who may see no list of all of them. */
function useContainersOf(stackId: string | undefined): { items: readonly StackContainer[] | undefined; error: unknown } {
  const known = stackId !== undefined;
  const mayList = useMay()("list_containers") === undefined;
  const list = useQuery({ ...listContainersOptions({ query: { stack_id: stackId ?? "" } }), enabled: known && mayList });
  const own = useQuery({ ...listStackContainersOptions({ path: { id: stackId ?? "" } }), enabled: known && !mayList });
  const name = useStackName(stackId ?? null);
  if (mayList) return { items: list.data?.items, error: list.error };
  const items = stackId === undefined || name === null ? undefined : own.data?.items.map((container) => ({ container, stack_id: stackId, stack_name: name }));
  return { items, error: own.error };
}

/** The stack of a container, out of an answer that has been read already. */
export function stackOf(client: QueryClient, containerId: string): string | undefined {
  const read = <Answer,>(operation: string) =>
    client.getQueriesData<Answer>({ predicate: ({ queryKey }) => operationOf(queryKey) === operation }).flatMap(([, data]) => data ?? []);
  const listed = read<ContainerPage | { pages: ContainerPage[] }>("listContainers").flatMap((list) => ("pages" in list ? list.pages : [list]));
  const item = listed.flatMap((page) => page.items).find(({ container }) => container.container_id === containerId);
  if (item !== undefined) return item.stack_id;
  const has = ({ services }: StackStatus) => services.some((service) => service.containers.some((container) => container.container_id === containerId));
  return read<StackStatus>("showStackStatus").find(has)?.stack_id;
}
