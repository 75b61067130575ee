import { expect, test } from "./harness/fixtures";
import { running, save, web } from "./harness/stack";

const talkative = `services:
  talker:
    image: test/busybox:1
    command: [sh, -c, "printf '\\\\033[31mred words\\\\033[0m and others\\\\n'; i=0; while true; do i=$$((i+1)); echo line number $$i; sleep 1; done"]
    stop_grace_period: 1s
`;

test("logs are followed, in the colours of the program", async ({ signedIn: page, installation }) => {
  const stack = await running(installation, "talks", talkative);
  await page.goto(`/stacks/${stack.id}/logs`);
  await expect(page.getByRole("region", { name: "Log" }).getByText("line number 1", { exact: true })).toBeVisible();
  await expect(page.getByRole("region", { name: "Log" }).getByText("line number 8", { exact: true })).toBeVisible();
  await expect(page.getByRole("region", { name: "Log" }).getByText("red words", { exact: true })).toHaveCSS("color", "rgb(173, 31, 45)");
});

test("a terminal answers", async ({ signedIn: page, installation }) => {
  const stack = await running(installation, "shell", web("one"));
  await page.goto(`/stacks/${stack.id}/terminal`);
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("textbox", { name: "Terminal" }).focus();
  await page.keyboard.type("echo $((40+2))\n");
  await expect(page.locator(".xterm-rows")).toContainText("42");
});

test("what somebody else does is seen without a reload", async ({ signedIn: page, installation }) => {
  await page.goto("/stacks");
  const stack = await save(installation, "elsewhere", web("one"));
  await expect(page.getByRole("link", { name: stack.name })).toBeVisible();
  await installation.api("POST", `/stacks/${stack.id}/apply/1?wait=60`, undefined, { "If-Match": "*" });
  await expect(page.getByRole("row", { name: new RegExp(stack.name) }).getByText("running")).toBeVisible();
});

test("the server restarts while one watches, and the page catches up", async ({ signedIn: page, installation }) => {
  const stack = await running(installation, "watched", web("one"));
  await page.goto("/stacks");
  await expect(page.getByRole("row", { name: new RegExp(stack.name) }).getByText("running")).toBeVisible();
  await installation.stopServer();
  await expect(page.getByText(/connection|reach/i).first()).toBeVisible();
  await installation.startServer();
  const other = await save(installation, "meanwhile", web("one"));
  await expect(page.getByRole("link", { name: other.name })).toBeVisible({ timeout: 30_000 });
});

test("a running command is cancelled, once it is said what stays", async ({ signedIn: page, installation }) => {
  const slow = web("slow", `    healthcheck:\n      test: ["CMD", "false"]\n      interval: 2s\n      retries: 100\n`);
  const stack = await save(installation, "slow", slow);
  await installation.api("POST", `/stacks/${stack.id}/apply/1`, undefined, { "If-Match": "*" });
  const status = async () => (await installation.api<{ items: { status: string }[] }>("GET", `/commands?stack_id=${stack.id}&kind=APPLY`)).items[0]?.status;
  await expect.poll(status, { timeout: 30_000 }).toBe("RUNNING");
  await page.goto("/queue");
  await page.getByRole("button", { name: "Cancel" }).first().click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/nothing is taken back by itself/)).toBeVisible();
  await dialog.getByRole("button", { name: /^Cancel / }).click();
  await expect.poll(status, { timeout: 30_000 }).toBe("CANCELLED");
});
