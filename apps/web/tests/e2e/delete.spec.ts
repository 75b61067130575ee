import { expect, test } from "./harness/fixtures";
import { running, web } from "./harness/stack";

test("a stack is deleted after its name was typed, and what goes is listed before", async ({ signedIn: page, installation }) => {
  const volume = `    volumes: ["data:/data"]\nvolumes:\n  data:\n`;
  const stack = await running(installation, "goes", web("one", volume));
  await page.goto(`/stacks/${stack.id}/settings`);
  await page.getByRole("button", { name: `Delete ${stack.name}…` }).click();
  const dialog = page.getByRole("dialog", { name: `Delete ${stack.name}` });
  await dialog.getByRole("checkbox", { name: /Volumes with their data/ }).check();
  await expect(dialog.getByText(`${stack.name}_data`).first()).toBeVisible();
  await dialog.getByRole("textbox").fill(stack.name);
  await dialog.getByRole("button", { name: /^Delete/ }).last().click();
  await expect
    .poll(async () => (await installation.api<{ items: unknown[] }>("GET", `/stacks?name=${stack.name}`)).items.length, { timeout: 60_000 })
    .toBe(0);
  await page.goto("/stacks");
  await expect(page.getByRole("link", { name: stack.name })).toHaveCount(0);
});
