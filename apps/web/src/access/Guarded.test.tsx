// @vitest-environment jsdom
import { Shown, text, until, violations } from "../../tests/shown";
import { showAccountQueryKey } from "@/api/generated/@tanstack/react-query.gen";
import type { Grant } from "@/api/generated";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from "@tanstack/react-router";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Guarded, GuardedTab } from "./Guarded";

let shown: Shown;

beforeEach(() => { shown = new Shown(); });
afterEach(() => shown.end());

async function open(address: string, grants: Grant[]): Promise<void> {
  shown.client.setQueryData(showAccountQueryKey(), { actor: { kind: "user", name: "vera", on_behalf_of: null, token_id: null }, grants, totp: false });
  const root = createRootRoute({ component: () => <Guarded><Outlet /></Guarded> });
  const audit = createRoute({ getParentRoute: () => root, path: "/audit", component: () => <p>the audit</p> });
  const images = createRoute({ getParentRoute: () => root, path: "/images", component: () => <p>the images</p> });
  const stack = createRoute({ getParentRoute: () => root, path: "/stacks/$stackId", component: () => <GuardedTab name="shop"><Outlet /></GuardedTab> });
  const services = createRoute({ getParentRoute: () => stack, path: "/", component: () => <p>the services</p> });
  const logs = createRoute({ getParentRoute: () => stack, path: "logs", component: () => <p>the logs</p> });
  const plan = createRoute({ getParentRoute: () => stack, path: "plan", component: () => <p>the plan</p> });
  const settings = createRoute({ getParentRoute: () => root, path: "/settings" });
  const router = createRouter({ routeTree: root.addChildren([audit, images, settings, stack.addChildren([services, logs, plan])]), history: createMemoryHistory({ initialEntries: [address] }) });
  await router.load();
  await shown.show(<RouterProvider router={router as never} />);
  await until(() => text() !== "");
}

const viewer: Grant[] = [{ role: "viewer", permissions: [], stacks: null }];
const operator: Grant[] = [{ role: "operator", permissions: [], stacks: ["shop"] }];
const foreign: Grant[] = [{ role: "operator", permissions: [], stacks: ["web"] }, ...viewer];

test.each<[string, Grant[], string]>([
  ["/images", viewer, "the images"],
  ["/stacks/1", viewer, "the services"],
  ["/stacks/1", operator, "the services"],
  ["/stacks/1/logs", operator, "the logs"],
  // Somebody else has made it.
  ["/stacks/1/plan?plan=2", viewer, "the plan"],
])("%s is shown to who may see it", async (address, grants, page) => {
  await open(address, grants);
  expect(text()).toBe(page);
});

test.each<[string, Grant[], string]>([
  ["/audit", viewer, "Needs the role Administrator."],
  ["/images", operator, "Needs the role Viewer for everything, not only for some stacks."],
  ["/stacks/1/logs", viewer, "Needs the role Operator on this stack."],
  ["/stacks/1/logs", foreign, "Needs the role Operator on this stack."],
  ["/stacks/1/plan", operator, "Needs the role Deployer on this stack."],
])("%s says what it takes, and who can grant it", async (address, grants, sentence) => {
  await open(address, grants);
  expect(text()).toContain(sentence);
  expect(text()).toContain("An administrator can grant it to you");
  expect(text()).not.toMatch(/the (audit|images|logs|plan)$/);
  expect((await violations()).filter((one) => !one.startsWith("page-has-heading-one"))).toEqual([]);
});
