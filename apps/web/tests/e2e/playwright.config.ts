import { defineConfig } from "@playwright/test";
import { launchOptions } from "../browser";

// In a real Chromium against real programs and a real engine. Each worker has an installation of its own.
export default defineConfig({
  testDir: ".",
  outputDir: "../../../../.run/web/e2e",
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  // Chromium drops requests when the engine adds a network at that moment; a second failure is one of ours.
  retries: 1,
  reporter: [["list"]],
  use: {
    launchOptions,
    locale: "en-GB",
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
});
