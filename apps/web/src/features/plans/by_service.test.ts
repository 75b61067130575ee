import type { Message, Plan, PlanStep, ServiceImpact, StepOp } from "@/api/generated";
import { describe, expect, test } from "vitest";
import { byService, countChanges } from "./by_service";

const sentence = (text: string): Message => ({ code: "x", messages: {}, params: {}, text });

let last = 0;
const step = (op: StepOp, service: string | null, cause = "changed", slot = 1): PlanStep => {
  last += 1;
  return { action: sentence(op), after: [], cause: sentence(cause), id: last, op, service, size: null, slot: service === null ? null : slot, subject: "x", waits: op.startsWith("await") };
};

const plan = (steps: PlanStep[], services: ServiceImpact[] = []): Plan => ({
  author: { kind: "user", name: "admin", on_behalf_of: null, token_id: null },
  blockers: [],
  created_at: "2026-11-30T12:00:00Z",
  empty: steps.length === 0,
  fingerprint: "f",
  impact: { builds: [], created: [], freed: 0, interrupted: [{ because: [], service: "web", stop_grace_ms: 10_500 }], pulls: [], removed: [], services, volumes_removed: [] },
  notes: [],
  observed_at: "2026-11-30T12:00:00Z",
  plan_id: "p",
  purpose: "apply",
  stack_id: "s",
  steps,
  text: "",
  version: 2,
});

const impact = (service: string, change: ServiceImpact["change"]): ServiceImpact => ({
  service,
  change,
  causes: [],
  order: null,
  gap_seconds: null,
  containers: 1,
  ports: [],
  volumes: [],
  risks: [],
});

describe("a plan by service", () => {
  test("follows what the server says, what hurts first and what stays last", () => {
    const made = byService(plan([step("create_container", "api")], [impact("db", "keep"), impact("api", "create"), impact("old", "remove"), impact("web", "replace")]));
    expect(made.services.map(({ service, change }) => `${service} ${change}`)).toEqual(["old remove", "web replace", "api create", "db keep"]);
    expect(made.services.map(({ steps }) => steps.length)).toEqual([0, 0, 1, 0]);
  });

  test("keeps steps that belong to no service apart", () => {
    const made = byService(plan([step("create_network", null), step("create_container", "web")]));
    expect(made.shared.map(({ op }) => op)).toEqual(["create_network"]);
  });

  test("sums up steps where the server says nothing about services", () => {
    const made = byService(
      plan([
        step("pull_image", "web"),
        step("stop_container", "web", "image changed"),
        step("remove_container", "web", "superseded"),
        step("create_container", "web", "image changed"),
        step("create_container", "web", "image changed", 2),
        step("start_container", "web", "not running"),
        step("await_healthy", "web", "readiness"),
        step("create_container", "new", "missing"),
        step("remove_container", "old", "not in the definition"),
        step("restart_container", "proxy", "file changed"),
        step("start_container", "idle", "not running"),
        step("connect_network", "mail", "network added"),
      ]),
    );
    const changes = Object.fromEntries(made.services.map(({ service, change }) => [service, change]));
    expect(changes).toEqual({ web: "replace", new: "create", old: "remove", proxy: "restart", idle: "start", mail: "update" });
  });

  test("names why a service is replaced, not why its new container is started", () => {
    const [web] = byService(plan([step("stop_container", "web", "image changed"), step("create_container", "web", "image changed", 2), step("start_container", "web", "not running")])).services;
    expect(web?.causes.map(({ text }) => text)).toEqual(["image changed"]);
    expect(web?.gap_seconds).toBe(11);
    expect(web?.containers).toBe(2);
  });

  test("counts services by what happens to them", () => {
    expect(countChanges([impact("a", "keep"), impact("b", "keep"), impact("c", "create")])).toEqual({ keep: 2, create: 1 });
  });
});
