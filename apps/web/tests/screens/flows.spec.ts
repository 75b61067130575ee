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
