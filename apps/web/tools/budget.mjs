// Fails if the first page costs more JavaScript than the budget: what index.html names, and what that imports at once.
// Browsers offer no brotli over plain http, therefore gzip has a limit of its own.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const dist = "dist";
const budget = { brotli: 200_000, gzip: 225_000 };

const html = readFileSync(join(dist, "index.html"), "utf8");
const scripts = readdirSync(join(dist, "assets")).filter((name) => name.endsWith(".js"));
const named = [...html.matchAll(/(?:src|href)="\/?assets\/([^"]+\.js)"/g)].map(([, name]) => name);
if (named.length === 0) throw new Error("index.html names no script");

// `import"./x.js"`, `import{a}from"./x.js"` and `export*from"./x.js"`, but not `import("./x.js")`, which comes later.
const statically = /(?:\bimport|\bfrom)\s*["']\.\/([^"']+\.js)["']/g;
const initial = new Set();
const visit = (name) => {
  if (initial.has(name) || !scripts.includes(name)) return;
  initial.add(name);
  for (const [, next] of readFileSync(join(dist, "assets", name), "utf8").matchAll(statically)) visit(next);
};
for (const name of named) visit(name);

const size = (name, copy) => {
  const file = join(dist, "assets", name);
  return readFileSync(existsSync(`${file}.${copy}`) ? `${file}.${copy}` : file).length;
};
const sum = (copy) => [...initial].reduce((total, name) => total + size(name, copy), 0);
const spent = { brotli: sum("br"), gzip: sum("gz") };

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const row = (name) => `  ${kilobytes(size(name, "br")).padStart(9)} br ${kilobytes(size(name, "gz")).padStart(9)} gz  ${name}`;
console.log("at once:");
for (const name of initial) console.log(row(name));
console.log("on demand:");
const lazy = scripts.filter((name) => !initial.has(name));
for (const name of lazy.toSorted((a, b) => size(b, "br") - size(a, "br"))) console.log(row(name));

let over = false;
for (const [kind, limit] of Object.entries(budget)) {
  const fits = spent[kind] <= limit;
  over ||= !fits;
  console.log(`first page, ${kind}: ${kilobytes(spent[kind])} of ${kilobytes(limit)}${fits ? "" : ": too much"}`);
}
if (over) {
  console.error("error: load what the first page does not show on demand (lazyRouteComponent, import())");
  process.exit(1);
}
