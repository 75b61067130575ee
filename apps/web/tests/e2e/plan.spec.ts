import { expect, test } from "./harness/fixtures";
import { running, save, saveVersion, web } from "./harness/stack";

test("a plan is read, applied, and the stack runs", async ({ signedIn: page, installation }) => {
  const stack = await save(installation, "first", web("one"));
  await page.goto(`/stacks/${stack.id}/plan`);
  await expect(page.getByRole("heading", { name: "Plan to apply v1" })).toBeVisible();
  await page.getByRole("button", { name: "Apply v1", exact: true }).click();
  // Progress opens by itself.
  await expect(page.getByRole("complementary", { name: "Progress" })).toBeVisible();
  await page.goto(`/stacks/${stack.id}`);
  await expect(page.getByText("running").first()).toBeVisible();
  await page.getByRole("button", { name: "Show the containers of web" }).click();
  await expect(page.getByText(`${stack.name}-web-1`).first()).toBeVisible();
});

test("an update that fails says why, and one goes back through a plan", async ({ signedIn: page, installation }) => {
  const stack = await running(installation, "broken", web("one"));
  const ill = `    healthcheck:\n      test: ["CMD", "false"]\n      interval: 1s\n      retries: 1\n`;
  await saveVersion(installation, stack, web("two", ill));
  await page.goto(`/stacks/${stack.id}`);
  await page.getByRole("link", { name: "Apply v2…" }).click();
  await expect(page.getByRole("heading", { name: "Plan to apply v2" })).toBeVisible();
  await page.getByRole("radio", { name: /hold|stay|as it is/i }).first().check();
  await page.getByRole("button", { name: "Apply v2", exact: true }).click();
  const progress = page.getByRole("complementary", { name: "Progress" });
  await expect(progress.getByText(/is unhealthy/).first()).toBeVisible({ timeout: 60_000 });
  await page.goto("/");
  await expect(page.getByText(/is unhealthy/).first()).toBeVisible();
  await page.goto(`/stacks/${stack.id}/plan?version=1&purpose=rollback`);
  await expect(page.getByRole("heading", { name: "Plan to roll back to v1" })).toBeVisible();
  // What failed is cancelled first: a stack does one thing after the other.
  const { items } = await installation.api<{ items: { command_id: string; status: string }[] }>("GET", `/commands?stack_id=${stack.id}&status=FAILED`);
  for (const { command_id } of items) await installation.api("POST", `/commands/${command_id}/cancel`);
  await page.getByRole("button", { name: "Roll back to v1", exact: true }).click();
  await expect
    .poll(async () => (await installation.api<{ state: string; current_version: number }>("GET", `/stacks/${stack.id}/status`)).state, { timeout: 60_000 })
    .toBe("running");
});

test("a plan that no longer fits is made again and says so", async ({ signedIn: page, installation }) => {
  const stack = await save(installation, "stale", web("one"));
  await page.goto(`/stacks/${stack.id}/plan`);
  await expect(page.getByRole("button", { name: "Apply v1", exact: true })).toBeVisible();
  // Somebody else applies it in the meantime.
  await installation.api("POST", `/stacks/${stack.id}/apply/1?wait=60`, undefined, { "If-Match": "*" });
  await page.getByRole("button", { name: "Apply v1", exact: true }).click();
  await expect(page.getByText(/no longer fits|Nothing to do|has changed/).first()).toBeVisible();
});
