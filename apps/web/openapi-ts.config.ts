import { defineConfig } from "@hey-api/openapi-ts";

// The document is written by the server's own code (`just gen`); a test fails if what is generated here is not what it says.
export default defineConfig({
  input: "../../openapi/core-monitor.json",
  output: { path: "src/api/generated", clean: true },
  parser: {
    hooks: {
      // Streams are read frame by frame (`src/api/event_stream.ts`); a query would wait for their end.
      operations: { getKind: (operation) => (operation.responses?.["200"]?.mediaType === "text/event-stream" ? [] : undefined) },
    },
  },
  plugins: [
    { name: "@hey-api/typescript", enums: false },
    { name: "@hey-api/sdk", operations: { strategy: "flat" } },
    { name: "@hey-api/client-fetch", throwOnError: true },
    { name: "@tanstack/react-query", infiniteQueryOptions: true, queryOptions: true, mutationOptions: true },
  ],
});
