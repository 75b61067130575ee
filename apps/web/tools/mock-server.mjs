// Serves dist over the mock: node tools/mock-server.mjs [PORT]
import { runnerImport } from "vite";

const { module } = await runnerImport("./mock/preview.ts", { configFile: false, logLevel: "error" });
module.preview(Number(process.argv[2] ?? 5198));
