import { defineConfig } from "@playwright/test";
import { launchOptions } from "../browser";

// Chosen once and inherited by the processes of the tests, so that two runs at a time do not meet.
const port = Number((process.env["MOCK_PORT"] ??= String(20_000 + (process.pid % 20_000))));

// Figures, one after the other, so that they do not disturb each other: over the mock with five hundred containers.
export default defineConfig({
  testDir: ".",
  outputDir: "../../../../.run/web/performance",
  workers: 1,
  timeout: 120_000,
  reporter: [["list"]],
  webServer: {
    command: `node tools/mock-server.mjs ${port}`,
    cwd: "../..",
    url: `http://127.0.0.1:${port}/healthz`,
    reuseExistingServer: false,
    timeout: 180_000,
    stdout: "ignore",
    stderr: "pipe",
  },
  use: { baseURL: `http://127.0.0.1:${port}`, launchOptions, locale: "en-GB", viewport: { width: 1440, height: 900 } },
});
