// Writes a brotli and a gzip copy beside every text of the build, and prints what the browser downloads. The server embeds
// them and hands out the one that a browser takes. Also puts back the file that keeps the folder under version control.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = "dist";
const texts = new Set([".js", ".css", ".html", ".svg", ".json", ".webmanifest", ".txt", ".ico"]);
/** Below this a copy saves less than the header that names it. */
const least = 1024;

writeFileSync(join(dist, ".gitkeep"), "");

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && texts.has(extname(entry.name)))
  .map((entry) => join(entry.parentPath, entry.name))
  .toSorted();

const kilobytes = (bytes) => (bytes / 1000).toFixed(1).padStart(8);
const totals = [0, 0, 0];
console.log(`${"kB".padStart(8)} ${"gzip".padStart(8)} ${"brotli".padStart(8)}`);
for (const file of files) {
  const text = readFileSync(file);
  const sizes = [text.length, text.length, text.length];
  if (text.length > least) {
    const gzip = gzipSync(text, { level: 9 });
    const brotli = brotliCompressSync(text, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
    });
    writeFileSync(`${file}.gz`, gzip);
    writeFileSync(`${file}.br`, brotli);
    [sizes[1], sizes[2]] = [gzip.length, brotli.length];
  }
  for (const [at, size] of sizes.entries()) totals[at] += size;
  console.log(`${sizes.map(kilobytes).join(" ")}  ${relative(dist, file)}`);
}
console.log(`${totals.map(kilobytes).join(" ")}  all of it`);
