import { expect, test } from "./harness/fixtures";
import { unique, web } from "./harness/stack";

const template = `x-core-monitor:
  template:
    title: Preview of the test
    key: {pattern: "[a-z0-9-]+", example: first}
    lifetime: {max-age: 30d}
    parameters:
      WORD: {type: string, default: one, pattern: "[a-z]+", label: Word}
      PASSWORD: {type: secret, generate: 12, label: Password}
${web("${WORD} ${PASSWORD}")}`;

interface Shown {
  phase: string;
  held: boolean;
  values: Record<string, unknown>;
}

test("an instance is launched from the form of its template, held, and removed with its volumes", async ({ signedIn: page, installation }) => {
  const name = unique("preview");
  await installation.api("POST", "/templates", { name, compose: template, comment: "made by a test" });
  await page.getByRole("link", { name: "Templates" }).click();
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page.getByText("No instances yet")).toBeVisible();

  // The preview says what it would be; launching makes it.
  await page.getByRole("link", { name: "New instance" }).first().click();
  await page.getByLabel("Key", { exact: true }).fill("first");
  await page.getByLabel("Word", { exact: true }).fill("two");
  await page.getByRole("button", { name: "Preview", exact: true }).click();
  await expect(page.getByText(`${name}-first`).last()).toBeVisible();
  await expect(page.getByText("INSTANCE", { exact: true }).first()).toBeVisible();
  await page.getByRole("button", { name: "Launch", exact: true }).click();

  const row = page.getByRole("region", { name: "Instances" }).getByRole("row", { name: /^first/ });
  await expect(row.getByText("serving", { exact: true })).toBeVisible({ timeout: 60_000 });
  const shown = () => installation.api<Shown>("GET", `/templates/${name}/instances/first`);
  expect((await shown()).values).toEqual({ WORD: "two" });

  // Holding it changes the row without a reload, by the stream.
  await row.getByRole("button", { name: "Actions for first" }).click();
  await page.getByRole("menuitem", { name: "Hold", exact: true }).click();
  await expect(row.getByText("held", { exact: true })).toBeVisible();
  expect((await shown()).held).toBe(true);
  await page.goto("/sweeps");
  await page.getByRole("button", { name: "Release first" }).click();
  await expect(page.getByRole("button", { name: "Hold first" })).toBeVisible();

  await page.goto(`/templates/${name}`);
  await row.getByRole("button", { name: "Actions for first" }).click();
  await page.getByRole("menuitem", { name: "Remove…" }).click();
  await page.getByRole("dialog", { name: "Remove first with its volumes?" }).getByRole("button", { name: "Remove with its volumes" }).click();
  await expect(page.getByText("No instances yet")).toBeVisible({ timeout: 60_000 });
});

test("a template that cannot be read is refused where it is wrong", async ({ signedIn: page }) => {
  const name = unique("wrong");
  await page.goto("/templates/-/new");
  await page.getByLabel("Name of the template").fill(name);
  await page.locator("main .cm-content").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\nnetworks: wrong\n");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("list", { name: "Findings" }).getByRole("button").first()).toBeVisible();
});
