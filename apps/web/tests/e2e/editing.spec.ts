import { expect, test } from "./harness/fixtures";
import { save, saveVersion, web } from "./harness/stack";

test("two people edit at once, and the second one chooses", async ({ signedIn: page, installation }) => {
  const stack = await save(installation, "both", web("one"));
  await page.goto(`/stacks/${stack.id}/definition`);
  await page.locator(".cm-content").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\n# mine");
  // Meanwhile somebody else saves a version.
  await saveVersion(installation, stack, web("theirs"));
  await page.getByRole("button", { name: /^Save as v/ }).click();
  // Nothing is overwritten: both sides are shown.
  await expect(page.getByText(/v2/).first()).toBeVisible();
  const { items } = await installation.api<{ items: { version: number }[] }>("GET", `/stacks/${stack.id}/versions`);
  expect(items).toHaveLength(2);
  await expect(page.getByText("theirs").first()).toBeVisible();
});
