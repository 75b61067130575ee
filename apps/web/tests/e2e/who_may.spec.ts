// A viewer, an operator and an administrator side by side: each sees what they may, and is told what the rest takes. After the tests of
// signing in, of which some are about an installation without users.
import type { GrantRequest, InvitedUser } from "../../src/api/generated/types.gen";
import type { Browser, Page } from "@playwright/test";
import { expect, test } from "./harness/fixtures";
import type { Installation } from "./harness/installation";
import { running, unique, web } from "./harness/stack";

const PASSWORD = "seven lanterns on a quay";

/** Creates a user, who signs in with a browser of their own. */
async function somebody(browser: Browser, installation: Installation, prefix: string, grants: GrantRequest[]): Promise<{ name: string; page: Page }> {
  const name = unique(prefix);
  const { invitation } = await installation.api<InvitedUser>("POST", "/users", { name, grants });
  await installation.api("POST", "/invitations/accept", { invitation, password: PASSWORD });
  const context = await browser.newContext({ baseURL: installation.url, locale: "en-GB", viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto("/");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  return { name, page };
}

const menu = (page: Page) => page.getByRole("navigation", { name: "Main" });
const button = (page: Page, name: string) => page.getByRole("main").getByRole("button", { name, exact: true });

test("a viewer, an operator and an administrator see what they may, and what the rest takes", async ({ browser, installation }) => {
  const stack = await running(installation, "shared", web("one"));
  const other = await running(installation, "foreign", web("one"));
  const everything: GrantRequest["stacks"] = null;
  const viewer = await somebody(browser, installation, "vera", [{ role: "viewer", stacks: everything }]);
  const operator = await somebody(browser, installation, "oscar", [{ role: "operator", stacks: [stack.name] }]);
  const administrator = await somebody(browser, installation, "ada", [{ role: "administrator", stacks: everything }]);
  const all = [viewer.page, operator.page, administrator.page];

  await test.step("pages that somebody may not see are absent", async () => {
    await expect(menu(viewer.page).getByRole("link", { name: "Images" })).toBeVisible();
    await expect(menu(viewer.page).getByRole("link", { name: "Audit" })).toHaveCount(0);
    await expect(menu(operator.page).getByRole("link", { name: "Stacks" })).toBeVisible();
    await expect(menu(operator.page).getByRole("link", { name: "Images" })).toHaveCount(0);
    await expect(menu(administrator.page).getByRole("link", { name: "Audit" })).toBeVisible();
  });

  await test.step("their addresses say what it takes", async () => {
    await viewer.page.goto("/audit");
    await expect(viewer.page.getByRole("heading", { name: "You may not use this page" })).toBeVisible();
    await expect(viewer.page.getByText("Needs the role Administrator.")).toBeVisible();
    await operator.page.goto("/images");
    await expect(operator.page.getByText("Needs the role Viewer for everything, not only for some stacks.")).toBeVisible();
    await viewer.page.goto("/settings");
    await expect(viewer.page.getByRole("heading", { name: "Not for you" })).toBeVisible();
    await expect(viewer.page.getByRole("heading", { name: "Users", exact: true })).toHaveCount(0);
    await administrator.page.goto("/settings");
    await expect(administrator.page.getByRole("heading", { name: "Users", exact: true })).toBeVisible();
  });

  await test.step("an operator of one stack sees no other one", async () => {
    await operator.page.goto("/stacks");
    await expect(operator.page.getByRole("link", { name: stack.name })).toBeVisible();
    await expect(operator.page.getByRole("link", { name: other.name })).toHaveCount(0);
    await viewer.page.goto("/stacks");
    await expect(viewer.page.getByRole("link", { name: other.name })).toBeVisible();
  });

  await test.step("what one may not do is there, with the reason", async () => {
    for (const page of all) await page.goto(`/stacks/${stack.id}`);
    const stop = button(viewer.page, "Stop");
    await expect(stop).toBeDisabled();
    await expect(stop).toHaveAccessibleDescription("Needs the role Operator on this stack.");
    // With the keyboard too.
    await stop.focus();
    await expect(viewer.page.getByText("Needs the role Operator on this stack.").filter({ visible: true })).toBeVisible();
    await viewer.page.keyboard.press("Enter");
    await expect(viewer.page.getByRole("dialog")).toHaveCount(0);
    await expect(button(operator.page, "Stop")).toBeEnabled();
    await expect(button(administrator.page, "Stop")).toBeEnabled();
    await button(operator.page, "More actions").click();
    await expect(operator.page.getByRole("menuitem", { name: /^Delete…/ })).toContainText("Needs the role Deployer on this stack.");
    await operator.page.keyboard.press("Escape");
    await button(administrator.page, "More actions").click();
    await expect(administrator.page.getByRole("menuitem", { name: "Delete…", exact: true })).toBeVisible();
    await administrator.page.keyboard.press("Escape");
  });

  await test.step("tabs follow the role and the permissions", async () => {
    const tab = (page: Page, name: string) => page.getByRole("navigation", { name: "Parts of the stack" }).getByRole("link", { name, exact: true });
    await expect(tab(viewer.page, "Logs")).toHaveCount(0);
    await expect(tab(operator.page, "Logs")).toBeVisible();
    await expect(tab(operator.page, "Terminal")).toHaveCount(0);
    await expect(tab(administrator.page, "Terminal")).toBeVisible();
    await operator.page.goto(`/stacks/${stack.id}/terminal`);
    await expect(operator.page.getByText("Needs the permission Terminal on this stack.")).toBeVisible();
  });

  await test.step("what the operator does, all of them see", async () => {
    await operator.page.goto(`/stacks/${stack.id}`);
    await button(operator.page, "Stop").click();
    await operator.page.getByRole("dialog").getByRole("button", { name: "Stop", exact: true }).click();
    for (const page of all) await expect(page.getByRole("main").getByText("stopped").first()).toBeVisible({ timeout: 60_000 });
  });

  await test.step("what is granted meanwhile is offered", async () => {
    await installation.api("PUT", `/users/${viewer.name}/grants`, { grants: [{ role: "operator", stacks: everything }] });
    await viewer.page.reload();
    await expect(button(viewer.page, "Start")).toBeEnabled();
    await button(viewer.page, "Start").click();
    await expect(viewer.page.getByRole("main").getByText(/running/).first()).toBeVisible({ timeout: 60_000 });
  });

  for (const page of all) await page.context().close();
});
