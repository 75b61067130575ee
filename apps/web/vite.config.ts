import { fileURLToPath } from "node:url";
import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { firstPage } from "./tools/first_page.ts";
import { mockApi } from "./mock/vite.ts";

// `npm run dev` answers from the mock; with CORE_MONITOR set to the address of a server it passes the API on to that server.
const server = process.env["CORE_MONITOR"] || undefined;

export default defineConfig({
  // A sentence without its French text fails the build.
  plugins: [
    react(),
    firstPage.plugin,
    lingui({ macroTransform: true, failOnMissing: true, failOnCompileError: true }),
    ...(server === undefined ? [mockApi()] : []),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    proxy: server === undefined ? {} : { "/api": { target: server, ws: true }, "/swagger-ui": server },
  },
  build: {
    // The policy of the server allows no `data:` scripts, styles or fonts.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: firstPage.groups },
      },
    },
    target: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
  test: {
    // Those that need a document say so in their first line; making one costs more than most tests.
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}", "mock/**/*.test.ts", "tests/unit/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    restoreMocks: true,
  },
});
