import { expect, test } from "./harness/fixtures";
import { running } from "./harness/stack";

const withSlot = `services:
  web:
    image: test/busybox:1
    command: [idle]
    stop_grace_period: 1s
    x-core-monitor:
      deploy:
        site: { target: /srv/, name: "*.txt", as: index.txt }
`;

test("an artifact is put into a running service", async ({ signedIn: page, installation }) => {
  const stack = await running(installation, "slotted", withSlot);
  await page.goto(`/stacks/${stack.id}/deploy?service=web`);
  await expect(page.getByText("*.txt")).toBeVisible();
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "hello.txt", mimeType: "text/plain", buffer: Buffer.from("hello\n") });
  await page.getByLabel("Comment").fill("greets");
  await page.getByRole("button", { name: "Deploy", exact: true }).click();
  const progress = page.getByRole("complementary", { name: "Progress" });
  await expect(progress.getByRole("status").first()).toHaveText("done", { timeout: 60_000 });
  await expect(page.getByText(/hello\.txt/).first()).toBeVisible();
});
