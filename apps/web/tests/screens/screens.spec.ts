import { appendFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { idsOf, settled } from "./open";
import { screens, type Ids } from "./pages";
import { folder } from "./sheet";

/**
 * What goes wrong in the page while it is looked at: scripts that fail, questions that the server does not understand, and
 * everything that the policy refuses.
 */
async function watch(page: Page): Promise<string[]> {
  const found: string[] = [];
  page.on("pageerror", (error) => found.push(`a script failed: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) found.push(`the console says: ${message.text()}`);
  });
  page.on("response", (response) => {
    if (response.status() === 400 && response.request().method() === "GET") found.push(`the server takes the request for a mistake: ${response.url()}`);
  });
  await page.exposeFunction("reportViolation", (text: string) => found.push(`the policy refuses: ${text}`));
  await page.addInitScript(() => {
    const report = (globalThis as unknown as { reportViolation: (text: string) => void }).reportViolation;
    document.addEventListener("securitypolicyviolation", (event) => report(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
  });
  return found;
}

async function axe(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  const found = await Promise.all(
    violations.map(async ({ id, help, nodes }) => {
      // Menus and hints stand at the end of the document, outside every landmark; the focus leads to them, and nobody looks for them.
      const beside = await Promise.all(nodes.map(({ target }) => id === "region" && page.locator(String(target[0])).first().evaluate((node) => node.closest("[role=menu], [data-side]") !== null || node.querySelector("[data-side]") !== null)));
      return { id, help, nodes: nodes.filter((_node, at) => beside[at] !== true) };
    }),
  );
  // The first of each kind says enough; a table has the same in every row.
  return found.filter(({ nodes }) => nodes.length > 0).map(({ id, help, nodes }) => {
    const first = nodes[0];
    const why = first?.any[0]?.message ?? first?.html.slice(0, 160) ?? "";
    return `axe ${id}: ${help}: ${first?.target.join(" ") ?? ""} (${why})${nodes.length > 1 ? ` and ${nodes.length - 1} more` : ""}`;
  });
}

for (const screen of screens) {
  test(screen.name, async ({ page }, info) => {
    const seen = await watch(page);
    await page.request.get(`/__mock/${screen.scenario ?? "lively"}`);
    const ids: Ids = ["signed-out", "set-up", "provider"].includes(screen.scenario ?? "") ? { stack: () => "", command: () => "", container: () => "" } : await idsOf(page);
    await page.goto(screen.address(ids));
    await settled(page);
    if (screen.act !== undefined) {
      await screen.act(page);
      if (screen.waits !== true) await settled(page);
      // The whole page from its top, whatever was clicked on it.
      await page.evaluate(() => scrollTo(0, 0));
    }
    const shots = join(folder, screen.name);
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${info.project.name}.png`), fullPage: true, animations: "disabled" });
    // What axe itself does to the page is not the page's.
    const found = [...seen];
    // Against the width that was asked for: a phone makes its viewport as wide as what does not fit.
    const width = page.viewportSize()?.width ?? 0;
    const wide = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, innerWidth));
    if (wide > width) found.push(`the page scrolls sideways: ${wide} of ${width} pixels`);
    found.push(...(await axe(page)));
    for (const line of found) appendFileSync(join(folder, "findings.txt"), `${screen.name} ${info.project.name}: ${line}\n`);
    expect(found).toEqual([]);
  });
}

test("every route has a screen", () => {
  const features = join(import.meta.dirname, "../../src/features");
  const routes = readdirSync(features, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("routes.ts"))
    .flatMap((name) => {
      const text = readFileSync(join(features, name), "utf8");
      return [...text.matchAll(/getParentRoute: \(\) => (\w+),\s*path: "([^"]+)"/g)].map(([, parent, path]) => ({ parent, path: path ?? "" }));
    });
  const shown = new Set(screens.map((screen) => screen.route));
  const missing = routes.filter(({ parent, path }) => ![...shown].some((route) => route === path || (parent !== "rootRoute" && route.endsWith(path.startsWith("/") ? path : `/${path}`))));
  expect(missing.map(({ path }) => path)).toEqual([]);
});
