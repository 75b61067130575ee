// The browser of the machine: Playwright's own is not downloaded.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Where Chromium is: CHROMIUM, or the first of its names in the PATH. */
export function chromium(): string {
  const given = process.env["CHROMIUM"];
  if (given !== undefined && given !== "") return given;
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not here.
      }
    }
  }
  throw new Error("Chromium is missing: apt-get install chromium, or set CHROMIUM to its path");
}

/** How it is started: as root, which continuous integration is, Chromium refuses its sandbox. */
export const launchOptions = {
  executablePath: chromium(),
  args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), "--disable-dev-shm-usage", "--force-color-profile=srgb"],
};
