// What every test begins with: an installation, and a page that fails the test if the policy refuses something or a script fails.
import { expect, test as base, type Page } from "@playwright/test";
import { Installation } from "./installation";

interface Worker {
  installation: Installation;
}

export interface Each {
  /** A page that is signed in, at the overview. */
  signedIn: Page;
  /** Signs in through the page, wherever it is. */
  signIn: (page: Page) => Promise<void>;
}

export const tokenField = (page: Page) => page.getByLabel("Token", { exact: true });

/** Goes to the form for a token, if another one is shown. */
export async function askForToken(page: Page): Promise<void> {
  const instead = page.getByRole("button", { name: "Sign in with a token instead" });
  await expect(tokenField(page).or(instead)).toBeVisible();
  if (await instead.isVisible()) await instead.click();
}

export const test = base.extend<Each, Worker>({
  installation: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const installation = await Installation.start();
      await use(installation);
      await installation.end();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  baseURL: async ({ installation }, use) => use(installation.url),
  page: async ({ page, installation }, use, info) => {
    const found: string[] = [];
    page.on("pageerror", (error) => found.push(`a script failed: ${error.message}`));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) found.push(message.text());
    });
    await use(page);
    if (info.status !== info.expectedStatus) await info.attach("log", { body: installation.log(), contentType: "text/plain" });
    expect(found).toEqual([]);
  },
  signIn: async ({ installation }, use) => {
    await use(async (page) => {
      await askForToken(page);
      await tokenField(page).fill(installation.token);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(tokenField(page)).toHaveCount(0);
    });
  },
  signedIn: async ({ page, signIn }, use) => {
    await page.goto("/");
    await signIn(page);
    await use(page);
  },
});

export { expect };
