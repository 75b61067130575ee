import { askForToken, expect, test, tokenField } from "./harness/fixtures";
import { save, web } from "./harness/stack";

test("sign in with a token, and out again", async ({ page, signIn }) => {
  await page.goto("/");
  // Nobody has become a user yet.
  await expect(page.getByRole("heading", { name: "Create the first user" })).toBeVisible();
  await askForToken(page);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await signIn(page);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  // The session is in a cookie that no script can read, and nothing else keeps the token.
  expect(await page.evaluate(() => document.cookie)).toBe("");
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain("token");
  await page.reload();
  await expect(page.getByRole("button", { name: /account|admin/i })).toBeVisible();
  await page.getByRole("button", { name: /account|admin/i }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Sign in with a token instead" })).toBeVisible();
});

test("a wrong token says why, and stays on the page", async ({ page }) => {
  await page.goto("/");
  await askForToken(page);
  await tokenField(page).fill("0123456789abcdef0123456789abcdef");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText(/token is not valid/)).toBeVisible();
  await expect(tokenField(page)).toHaveValue("0123456789abcdef0123456789abcdef");
});

test("a deep link is where one ends up after signing in", async ({ page, signIn }) => {
  await page.goto("/images?text=nothing-is-called-so");
  await signIn(page);
  await expect(page).toHaveURL(/\/images\?text=nothing-is-called-so$/);
  await expect(page.getByRole("heading", { name: "Images" })).toBeVisible();
});

test("a session that ends is taken up again, and what was typed is saved", async ({ signedIn: page, installation, signIn }) => {
  const stack = await save(installation, "typed", web("one"));
  await page.goto(`/stacks/${stack.id}/definition`);
  await page.locator(".cm-content").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\n# half a thought");
  const { items } = await installation.api<{ items: { session_id: string }[] }>("GET", "/sessions");
  for (const { session_id } of items) await installation.api("DELETE", `/sessions/${session_id}`);
  // The stream of the page ends with the session, so that the page asks without being touched.
  await expect(page.getByText("Your session has ended")).toBeVisible();
  await signIn(page);
  await page.getByRole("button", { name: "Save as v2" }).click();
  await expect
    .poll(async () => (await installation.api<{ items: { version: number }[] }>("GET", `/stacks/${stack.id}/versions`)).items[0]?.version)
    .toBe(2);
  const saved = await installation.api<{ compose: string }>("GET", `/stacks/${stack.id}/versions/2`);
  expect(saved.compose).toContain("# half a thought");
});

test("signing out in one tab asks in the other one, and signing in again goes for both", async ({ signedIn: page, context, installation, signIn }) => {
  const stack = await save(installation, "two-tabs", web("one"));
  await page.goto(`/stacks/${stack.id}`);
  const other = await context.newPage();
  await other.goto("/");
  await other.getByRole("button", { name: /account|admin/i }).click();
  await other.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("dialog", { name: "Your session has ended" })).toBeVisible();
  await signIn(other);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  // The stream of both is back: what another one does is seen.
  const next = await save(installation, "two-tabs", web("two"));
  await page.goto("/stacks");
  await expect(page.getByRole("link", { name: next.name })).toBeVisible();
});
