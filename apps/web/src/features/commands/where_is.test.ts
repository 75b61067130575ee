import type { Container, ServiceStatus } from "@/api/generated";
import { expect, test } from "vitest";
import { whereIs } from "./where_is";

const container = (name: string, health: Container["health"]) => ({ name, health }) as Container;
const services = [
  { service: "web", containers: [container("shop-web-1", "healthy"), container("shop-web-2", "unhealthy")] },
  { service: "db", containers: [] as Container[] },
] as ServiceStatus[];

test("a container is found with its service, and its health check only while that fails", () => {
  expect(whereIs("shop-web-2", services)).toEqual({ service: "web", container: services[0]?.containers[1] });
  expect(whereIs("shop-web-1", services)).toEqual({ service: "web", container: null });
});

test("a service is found by its name, and what is gone is not", () => {
  expect(whereIs("db", services)).toEqual({ service: "db", container: null });
  expect(whereIs("shop-old-1", services)).toEqual({ service: null, container: null });
});
