import { expect, test } from "./harness/fixtures";
import { running, web } from "./harness/stack";

const onDemand = web("one", `    x-core-monitor:
      on-demand:
        hosts: [wakes.localhost]
        port: 8080
        idle-timeout: 12m
`);

interface Listed {
  items: { stack_id: string; service: string; state: string | null; set: { idle_timeout_seconds: number | null; awake_until: string | null } }[];
}

test("a service that wakes on demand is listed, set and woken, although no gateway runs", async ({ signedIn: page, installation }) => {
  const stack = await running(installation, "wakes", onDemand);
  const listed = async () => (await installation.api<Listed>("GET", "/on-demand")).items.find((item) => item.stack_id === stack.id);
  await page.getByRole("link", { name: "On demand" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "On demand" })).toBeVisible();
  await expect(page.getByText("No gateway has run yet")).toBeVisible();
  const row = page.getByRole("region", { name: "Services on demand" }).getByRole("row", { name: new RegExp(`${stack.name}/`) });
  await expect(row.getByText("declared")).toBeVisible();
  await expect(row.getByText("wakes.localhost")).toBeVisible();

  // An empty field is the time of the definition.
  await row.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Set times…" }).click();
  const dialog = page.getByRole("dialog", { name: `Times of ${stack.name}/web` });
  await expect(dialog.getByLabel("Sleeps after")).toHaveAttribute("placeholder", "12m");
  await dialog.getByLabel("Sleeps after").fill("soon");
  await expect(dialog.getByText(/^A time such as/)).toBeVisible();
  await dialog.getByLabel("Sleeps after").fill("25m");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(row.getByText("set here")).toBeVisible();
  expect((await listed())?.set.idle_timeout_seconds).toBe(1_500);

  // Staying awake is set beside the times, and takes none of them back.
  await row.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Keep awake for 1 hour" }).click();
  await expect(row.getByText("kept awake")).toBeVisible();
  const set = (await listed())?.set;
  expect(set?.idle_timeout_seconds).toBe(1_500);
  expect(Date.parse(set?.awake_until ?? "")).toBeGreaterThan(Date.now() + 50 * 60_000);

  await row.getByRole("button", { name: /^Wake / }).click();
  await expect(page.getByRole("complementary", { name: "Progress" })).toBeVisible();
  await expect.poll(async () => (await installation.api<{ items: unknown[] }>("GET", `/commands?stack_id=${stack.id}&kind=WAKE`)).items.length).toBe(1);

  // The page of the stack has the same, in a tab that other stacks do not have.
  await page.goto(`/stacks/${stack.id}`);
  await page.getByRole("navigation", { name: "Parts of the stack" }).getByRole("link", { name: "On demand" }).click();
  await expect(page.getByRole("heading", { name: "Last wakes and sleeps of web" })).toBeVisible();
  await expect(page.getByText(/asked for it/).first()).toBeVisible();
});
