import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

// The sentences in the source are the keys; English is what the source says.
export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "fr"],
  catalogs: [{ path: "<rootDir>/src/locales/{locale}", include: ["src"], exclude: ["**/*.test.*", "src/api/generated/**"] }],
  format: formatter({ lineNumbers: false }),
  orderBy: "message",
});
