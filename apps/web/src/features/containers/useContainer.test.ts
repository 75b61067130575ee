import { listContainersInfiniteQueryKey, listContainersQueryKey, showStackStatusQueryKey } from "@/api/generated/@tanstack/react-query.gen";
import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { stackOf } from "./useContainer";

const item = (container: string, stack: string) => ({ container: { container_id: container }, stack_id: stack });

test("the stack of a container is known from whatever was read before", () => {
  const client = new QueryClient();
  expect(stackOf(client, "a")).toBe(undefined);
  client.setQueryData(listContainersInfiniteQueryKey({ query: { limit: 200 } }), { pages: [{ items: [item("a", "shop")] }, { items: [item("b", "blog")] }], pageParams: [] });
  client.setQueryData(listContainersQueryKey({ query: { text: "wiki" } }), { items: [item("c", "wiki")] });
  client.setQueryData(showStackStatusQueryKey({ path: { id: "git" } }), { stack_id: "git", services: [{ containers: [] }, { containers: [{ container_id: "d" }] }] });
  expect(["a", "b", "c", "d", "e"].map((id) => stackOf(client, id))).toEqual(["shop", "blog", "wiki", "git", undefined]);
});
