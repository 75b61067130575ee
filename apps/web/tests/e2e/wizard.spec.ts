import { expect, test } from "./harness/fixtures";
import { unique } from "./harness/stack";

test("a stack is composed of the catalogue, planned, and runs", async ({ signedIn: page, installation }) => {
  const name = unique("composed");
  await page.goto("/catalog?text=background");
  await page.getByRole("link", { name: "Use Background worker" }).click();
  await page.getByLabel("Name of the stack").fill(name);
  await page.getByLabel(/^Image/).fill("test/busybox:1");
  await page.getByLabel(/^Command( \(needed\))?$/).fill("idle");
  // The compose file grows beside the choices.
  await expect(page.getByText("test/busybox:1").last()).toBeVisible();
  await page.getByRole("button", { name: "Review and save" }).click();
  await page.getByRole("button", { name: "Save and plan" }).click();
  await expect(page.getByRole("heading", { name: "Plan to apply v1" })).toBeVisible();
  await page.getByRole("button", { name: "Apply v1", exact: true }).click();
  const progress = page.getByRole("complementary", { name: "Progress" });
  await expect(progress.getByRole("status").first()).toHaveText("done", { timeout: 90_000 });
  const { items } = await installation.api<{ items: { state: string }[] }>("GET", `/stacks?name=${name}`);
  expect(items.map((stack) => stack.state)).toEqual(["running"]);
});

test("what is wrong with a choice is said at its field, and nothing can be saved until it is right", async ({ signedIn: page }) => {
  await page.goto("/stacks/new/wizard?entry=worker");
  await page.getByLabel("Name of the stack").fill("Not A Name");
  await page.getByLabel(/^Image/).fill("not an image");
  await expect(page.getByText(/reference of an image/).first()).toBeVisible();
  await page.getByRole("button", { name: "Review and save" }).click();
  await expect(page.getByRole("button", { name: "Save and plan" })).toHaveAttribute("aria-disabled", "true");
});
