// @vitest-environment node
import type { ServiceState, StackContainer } from "@/api/generated";
import { describe, expect, it } from "vitest";
import { filterContainers } from "./filter";

const container = (name: string, state: ServiceState): StackContainer =>
  ({ stack_name: "shop", stack_id: "1", container: { name, state, service: name, image: "image", restart_count: 0 } }) as StackContainer;

describe("the list of containers", () => {
  it("shows what is wrong first when it is ordered by state", () => {
    const items = [container("a", "running"), container("b", "stopped"), container("c", "failed"), container("d", "unhealthy"), container("e", "failed")];
    const names = (descending: boolean) => filterContainers(items, { sort: "state", descending }).map((each) => each.container.name).join("");
    expect(names(false)).toBe("cedba");
    expect(names(true)).toBe("abdce");
  });

  it("finds containers by what is said of them, in any case", () => {
    const items = [container("web", "running"), container("db", "running")];
    expect(filterContainers(items, { text: "WEB" }).map((each) => each.container.name)).toEqual(["web"]);
  });
});
