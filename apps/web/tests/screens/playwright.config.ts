import { defineConfig } from "@playwright/test";
import { launchOptions } from "../browser";

// Chosen once and inherited by the processes of the tests, so that two runs at a time do not meet.
const port = Number((process.env["MOCK_PORT"] ??= String(20_000 + (process.pid % 20_000))));
const kinds = (["light", "dark"] as const).flatMap((theme) =>
  (["en", "fr"] as const).flatMap((language) => ([1440, 390] as const).map((width) => ({ theme, language, width }))),
);

// Every page in every combination of theme, language and width. `--project light-en-1440 --project dark-fr-390` sees each value once.
export default defineConfig({
  testDir: ".",
  outputDir: "../../../../.run/web/screens",
  globalSetup: "./clear.ts",
  globalTeardown: "./sheet.ts",
  fullyParallel: true,
  workers: 2,
  timeout: 30_000,
  reporter: [["list"]],
  webServer: {
    command: `node tools/mock-server.mjs ${port}`,
    cwd: "../..",
    url: `http://127.0.0.1:${port}/healthz`,
    reuseExistingServer: false,
    stdout: "ignore",
    stderr: "pipe",
  },
  use: { baseURL: `http://127.0.0.1:${port}`, launchOptions },
  projects: kinds.map(({ theme, language, width }) => ({
    name: `${theme}-${language}-${width}`,
    use: {
      colorScheme: theme,
      locale: language === "fr" ? "fr-FR" : "en-GB",
      timezoneId: "Europe/Paris",
      viewport: { width, height: width === 390 ? 844 : 900 },
      hasTouch: width === 390,
      isMobile: width === 390,
      contextOptions: { reducedMotion: "reduce" as const },
    },
  })),
});
