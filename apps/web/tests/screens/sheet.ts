// One sheet with all screenshots, to look at side by side: .run/screens/index.html, and index.png of it.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "@playwright/test";
import { launchOptions } from "../browser";

export const folder = process.env["SCREENS"] ?? join(import.meta.dirname, "../../../../.run/screens");

/** Before the first screenshot: what was found the last time is no longer true. */
export function clear(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

export default async function sheet(): Promise<void> {
  if (!existsSync(folder)) return;
  const pages = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const rows = pages.map(({ name }) => {
    const shots = readdirSync(join(folder, name)).filter((file) => file.endsWith(".png")).toSorted();
    const figures = shots.map((file) => `<figure><a href="${name}/${file}"><img src="${name}/${file}" loading="eager"></a><figcaption>${file.slice(0, -4)}</figcaption></figure>`);
    return `<h2>${name}</h2><div class="row">${figures.join("")}</div>`;
  });
  const style =
    "body{font:13px system-ui;margin:16px;background:#888;color:#fff}h2{margin:20px 0 6px}.row{display:flex;gap:10px;align-items:flex-start;overflow:hidden}figure{margin:0}img{height:330px;max-height:330px;object-fit:cover;object-position:top;display:block;border:1px solid #555}figcaption{font-size:11px}";
  writeFileSync(join(folder, "index.html"), `<!doctype html><meta charset="utf-8"><title>Screens</title><style>${style}</style>${rows.join("")}`);
  const browser = await chromium.launch(launchOptions);
  const page = await browser.newPage({ viewport: { width: 2900, height: 1200 } });
  await page.goto(pathToFileURL(join(folder, "index.html")).href);
  await page.screenshot({ path: join(folder, "index.png"), fullPage: true });
  await browser.close();
}
