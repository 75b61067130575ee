// Opens a page in Chromium and waits until its title is the one that is expected, without doing anything. Prints every document
// that was shown meanwhile as JSON: status, title, milliseconds since the beginning.
//
//   node browser.mjs URL TITLE SCREENSHOT
import { createRequire } from "node:module";

const [url, title, screenshot] = process.argv.slice(2);
const { chromium } = createRequire(new URL("../../../apps/web/package.json", import.meta.url))("@playwright/test");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), "--disable-dev-shm-usage"],
});
const page = await browser.newPage();
const shown = [];
const begun = Date.now();
page.on("response", (response) => {
  const request = response.request();
  if (request.isNavigationRequest() && request.frame() === page.mainFrame()) shown.push({ status: response.status(), at: Date.now() - begun });
});
page.on("domcontentloaded", async () => {
  const last = shown.at(-1);
  if (last) last.title = await page.title().catch(() => "");
});
try {
  await page.goto(url);
  await page.screenshot({ path: `${screenshot}.waiting.png` });
  await page.waitForFunction((expected) => document.title === expected, title, { timeout: 60_000 });
  shown.at(-1).title = await page.title();
  await page.screenshot({ path: screenshot });
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  console.log(JSON.stringify(shown));
  await browser.close();
}
