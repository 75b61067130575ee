// What the tests of screens need before they look at a page: what is there, and that everything has been loaded.
import { expect, type Page } from "@playwright/test";
import type { Ids } from "./pages";

interface Listed {
  items: { name?: string; status?: string; stack_id?: string; command_id?: string; container?: { name: string; container_id: string } }[];
}

export async function idsOf(page: Page): Promise<Ids> {
  const list = async (path: string) => ((await (await page.request.get(path)).json()) as Partial<Listed>).items ?? [];
  const [stacks, commands, containers] = await Promise.all([list("/api/v1/stacks?limit=200"), list("/api/v1/commands?limit=200"), list("/api/v1/containers?limit=200")]);
  return {
    stack: (name) => stacks.find((one) => one.name === name)?.stack_id ?? "",
    command: (status) => commands.find((one) => one.status === status)?.command_id ?? "",
    container: (name) => containers.find((one) => one.container?.name === name)?.container?.container_id ?? "",
  };
}

/** Waits until nothing on the page is still being loaded. The stream never ends, so the network is never idle. */
export async function settled(page: Page): Promise<void> {
  // The first heading in the document is in the navigation, which a narrow page hides.
  await page.locator("main :is(h1, h2)").first().waitFor();
  await expect(page.locator("[aria-busy=true], [class*=skeleton]")).toHaveCount(0, { timeout: 10_000 });
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}
