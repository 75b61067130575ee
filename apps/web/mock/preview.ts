// Serves the built UI over the mock, with the headers of the real server: what ships is what is looked at.
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { attach, serve } from "./serve";

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Which build: `DIST` names another one than the one that ships. */
const folder = process.env["DIST"] ?? "dist";

async function file(path: string, response: ServerResponse): Promise<void> {
  const name = normalize(path).replace(/^[/.]+/, "");
  const read = (one: string) => readFile(join(folder, one)).catch(() => null);
  const found = name === "" || name === "index.html" ? null : await read(name);
  if (found === null && name.startsWith("assets/")) {
    response.writeHead(404).end();
    return;
  }
  const body = found ?? (await read("index.html"));
  response.writeHead(body === null ? 500 : 200, {
    "Content-Type": found === null ? "text/html; charset=utf-8" : (types[extname(name)] ?? "application/octet-stream"),
    "Cache-Control": name.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    "Content-Security-Policy": policy,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
  });
  response.end(body ?? "the UI is not built: run `npm run build`");
}

export function preview(port: number): void {
  const server = createServer((request, response) => {
    serve(request, response)
      .then((answered) => (answered ? undefined : file(new URL(request.url ?? "/", "http://localhost").pathname, response)))
      .catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
  });
  server.on("upgrade", attach);
  server.listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));
}
