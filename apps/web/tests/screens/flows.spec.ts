// Ways through a page that a picture does not show. One combination is enough: none depends on theme, language or width.
import { expect, test, type Page } from "@playwright/test";
import { idsOf } from "./open";

test.beforeEach(() => test.skip(test.info().project.name !== "light-en-1440", "one combination is enough"));

async function open(page: Page, address: (ids: Awaited<ReturnType<typeof idsOf>>) => string): Promise<void> {
  await page.request.get("/__mock/lively");
  await page.goto(address(await idsOf(page)));
}

test("the editor is left with Escape and then Tab", async ({ page }) => {
  await open(page, ({ stack }) => `/stacks/${stack("shop")}/definition`);
  const editor = page.locator("main .cm-content");
  await editor.click();
  await page.keyboard.press("Tab");
  await expect(editor).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(editor).not.toBeFocused();
});

test("the menu of a stack leads from its definition to the wizard", async ({ page }) => {
  await open(page, ({ stack }) => `/stacks/${stack("shop")}/definition`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: /wizard/i }).click();
  await expect(page).toHaveURL(/\/wizard/);
  await expect(page.getByText("You are changing v8")).toBeVisible();
});

test("what is composed can be saved as soon as the server has read it, also where the browser takes itself to be offline", async ({ page }) => {
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/v1/wizard", async (route) => {
    await held;
    await route.continue();
  });
  await open(page, () => "/stacks/new/wizard?entry=postgres");
  await page.evaluate(() => globalThis.dispatchEvent(new Event("offline")));
  await page.getByLabel("Name of the stack").fill("accounts");
  await page.getByRole("button", { name: "Review and save" }).press("Enter");
  const save = page.getByRole("button", { name: "Save and plan" });
  await expect(save).toHaveAttribute("aria-disabled", "true");
  answer();
  await expect(save).not.toHaveAttribute("aria-disabled", "true");
  await save.press("Enter");
  await expect(page).toHaveURL(/\/plan/);
});

test("signing out and in again in one tab goes for the other one too, which can write afterwards", async ({ page, context }) => {
  await open(page, ({ stack }) => `/stacks/${stack("shop")}`);
  const other = await context.newPage();
  await other.goto("/");
  await other.getByRole("button", { name: "Account and appearance" }).click();
  await other.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("dialog", { name: "Your session has ended" })).toBeVisible();
  await expect(page.getByText("The connection to the server is lost.")).toHaveCount(0);
  await other.getByRole("button", { name: "Sign in with a token instead" }).click();
  await other.getByLabel("Token", { exact: true }).fill("any");
  await other.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  // A third tab begins a session, and this one does not hear of it.
  await page.request.post("/api/v1/session", { data: { token: "any" } });
  await page.getByRole("button", { name: "Restart", exact: true }).first().click();
  const accepted = page.waitForResponse((response) => response.url().endsWith("/restart") && response.status() === 202);
  await page.getByRole("dialog").getByRole("button", { name: /restart/i }).click();
  await accepted;
});

test("what waits behind a failed command says so, and giving that up frees it", async ({ page }) => {
  await open(page, ({ stack }) => `/stacks/${stack("blog")}`);
  const banner = page.getByText("Give up Apply v3: it is not tried again, and Restart is next.");
  await expect(banner).toBeVisible();
  await page.getByRole("button", { name: /^Restart: / }).click();
  const progress = page.getByRole("complementary", { name: "Progress" });
  await expect(progress.getByText(/It waits behind “Apply v3”, which failed/)).toBeVisible();
  await progress.getByRole("button", { name: "Give up Apply v3" }).click();
  await expect(progress.getByText(/It waits behind/)).toHaveCount(0);
  await expect(banner).toHaveCount(0);
});

test("after a failed apply, going back is the thing to do, on the page and beside it", async ({ page }) => {
  await open(page, ({ stack }) => `/stacks/${stack("blog")}`);
  const banner = page.locator("main").getByRole("link", { name: "Roll back to v2…" });
  await expect(banner).toBeVisible();
  // What differs is what the command has left, and is told once.
  await expect(page.getByText("What it has left differs from the applied v2 in 1 place")).toBeVisible();
  await expect(page.getByText("drift", { exact: true })).toHaveCount(0);
  await page.locator("main").getByRole("button", { name: "Show", exact: true }).click();
  const progress = page.getByRole("complementary", { name: "Progress" });
  await expect(progress.getByText(/503\s*\(exit 1\)/)).toBeVisible();
  await expect(progress.getByRole("link", { name: "Logs of app" })).toBeVisible();
  await expect(progress.getByRole("button", { name: "Retry" })).toBeVisible();
  await expect(progress.getByRole("button", { name: "Give up" })).toBeVisible();
  await progress.getByRole("link", { name: "Roll back to v2…" }).click();
  await expect(page.getByRole("heading", { name: "Plan to roll back to v2" })).toBeVisible();
});

test("the overview offers the way back from a failed apply, too", async ({ page }) => {
  await open(page, () => "/");
  await page.getByRole("link", { name: "Roll back to v2…" }).first().click();
  await expect(page.getByRole("heading", { name: "Plan to roll back to v2" })).toBeVisible();
});

test("a version that is being applied is not offered again", async ({ page }) => {
  await open(page, ({ stack }) => `/stacks/${stack("shop")}`);
  await expect(page.getByRole("button", { name: "Apply v8: in progress" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Apply v8…" })).toHaveCount(0);
  await page.getByRole("link", { name: "Versions", exact: true }).click();
  await expect(page.getByText("in progress", { exact: true })).toBeVisible();
});

test("where a service takes an artifact, deploying is a tab", async ({ page }) => {
  await open(page, ({ stack }) => `/stacks/${stack("intranet")}`);
  await page.getByRole("link", { name: "Deploy an artifact to tomcat" }).click();
  await expect(page.getByRole("link", { name: "Deploy", exact: true })).toHaveAttribute("aria-current", "page");
  await expect(page.getByRole("heading", { name: "tomcat / app" })).toBeVisible();
  await open(page, ({ stack }) => `/stacks/${stack("blog")}`);
  await expect(page.getByRole("link", { name: "Deploy", exact: true })).toHaveCount(0);
});

test("each page has a title of its own", async ({ page }) => {
  await open(page, ({ stack }) => `/stacks/${stack("shop")}/logs`);
  await expect(page).toHaveTitle("Logs · shop – Core Monitor");
  await page.getByRole("link", { name: "Services" }).click();
  await expect(page).toHaveTitle("Services · shop – Core Monitor");
  await page.goto("/volumes");
  await expect(page).toHaveTitle("Volumes – Core Monitor");
  await page.goto("/nowhere");
  await expect(page).toHaveTitle("There is no such page – Core Monitor");
});

test("a token is issued, its secret is seen once, and the focus returns to where it came from", async ({ page }) => {
  await open(page, () => "/settings");
  const tokens = page.locator("#tokens");
  const begin = tokens.getByRole("button", { name: "New token" });
  await begin.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  const name = dialog.getByLabel("Name", { exact: true });
  await expect(name).toBeFocused();
  await name.fill("ci");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("There is a token of this name already")).toBeVisible();
  await expect(name).toBeFocused();
  await name.fill("nightly");
  await page.keyboard.press("Enter");
  const secret = dialog.getByLabel("Secret", { exact: true });
  await expect(secret).toBeFocused();
  await expect(secret).toHaveValue(/^cm_[\w-]{43}$/);
  await dialog.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(dialog.getByRole("status")).toHaveText("The secret is in the clipboard.");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(begin).toBeFocused();
  await expect(tokens.getByText("nightly", { exact: true })).toBeVisible();
});

test("whoever gives their own token a new secret stays signed in and sees it, and whoever revokes it is asked to sign in", async ({ page }) => {
  await open(page, () => "/settings");
  const tokens = page.locator("#tokens");
  await tokens.getByRole("button", { name: "Rotate admin" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Replace the secret" }).click();
  await expect(page.getByRole("dialog").getByLabel("Secret", { exact: true })).toHaveValue(/^cm_/);
  // The stream has met the end of the former session by now, and nothing covers the secret.
  await page.waitForTimeout(1_500);
  await expect(page.getByRole("dialog")).toHaveCount(1);
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await tokens.getByRole("button", { name: "Revoke ci" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(tokens.getByRole("button", { name: "Revoke ci" })).toHaveCount(0);
  await tokens.getByRole("button", { name: "Revoke admin" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("dialog", { name: "Your session has ended" })).toBeVisible();
});

test("whoever comes back from a provider is where they wanted to go, and the code is nowhere in the history", async ({ page }) => {
  await page.request.get("/__mock/provider");
  await page.goto("/volumes?text=db");
  await page.getByRole("button", { name: "Sign in with Example" }).click();
  await expect(page.getByRole("heading", { name: "Volumes", level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/\/volumes\?text=db$/);
  await page.goBack();
  await expect(page).toHaveURL(/\/volumes\?text=db$/);
  await page.goForward();
  await expect(page).toHaveURL(/\/volumes\?text=db$/);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toMatch(/code|state/);
});

test("whoever comes back from a provider while somebody is signed in becomes who they are there", async ({ page }) => {
  await page.request.get("/__mock/provider");
  await page.request.post("/api/v1/session", { data: { token: "cm_any" } });
  await page.goto("/signed-in?code=mock&state=mock");
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  // An operator does not see the audit, which the holder of the token did.
  await expect(page.getByRole("link", { name: "Audit" })).toHaveCount(0);
});
