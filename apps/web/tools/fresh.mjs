// Fails if what is generated is not what its source says: the client of the API's document, and the catalogues of sentences.
//
//   node tools/fresh.mjs      `npm run generate` and `npm run messages` write them again
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const bin = (name) => join("node_modules", ".bin", name);
const quietly = (program, args) => execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
// Inside the project, so that the tools find their packages; its name keeps it out of version control.
const work = mkdtempSync(join("node_modules", ".fresh-"));
const stale = [];

function compare(kept, made, cure) {
  const filesOf = (folder) =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      : [];
  for (const file of new Set([...filesOf(kept), ...filesOf(made)])) {
    const [left, right] = [join(kept, file), join(made, file)];
    const same = existsSync(left) && existsSync(right) && readFileSync(left, "utf8") === readFileSync(right, "utf8");
    if (!same) stale.push(`${left} is not what its source says: run \`${cure}\``);
  }
}

try {
  const client = join(work, "generated");
  quietly(bin("openapi-ts"), ["--output", client]);
  quietly(process.execPath, ["tools/operations.mjs", client]);
  compare("src/api/generated", client, "npm run generate");

  const locales = join(work, "locales");
  const catalogues = readdirSync("src/locales").filter((name) => name.endsWith(".po"));
  if (catalogues.length > 0) {
    const kept = join(work, "kept");
    for (const name of catalogues) {
      cpSync(join("src/locales", name), join(locales, name));
      cpSync(join("src/locales", name), join(kept, name));
    }
    const config = join(work, "lingui.config.ts");
    writeFileSync(
      config,
      `import base from ${JSON.stringify(pathToFileURL("lingui.config.ts").href)};
const [catalogue] = base.catalogs ?? [];
export default { ...base, rootDir: ${JSON.stringify(process.cwd())}, catalogs: [{ ...catalogue, path: "<rootDir>/${locales}/{locale}" }] };
`,
    );
    quietly(bin("lingui"), ["extract", "--clean", "--config", config]);
    // The date of the extraction is in the head of each file.
    for (const folder of [locales, kept]) {
      for (const name of catalogues) {
        const file = join(folder, name);
        writeFileSync(file, readFileSync(file, "utf8").replaceAll(/^"POT-Creation-Date:.*\n/gm, ""));
      }
    }
    const before = stale.length;
    compare(kept, locales, "npm run messages");
    for (let at = before; at < stale.length; at += 1) stale[at] = stale[at].replace(kept, "src/locales");
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

if (stale.length > 0) {
  console.error(`error: ${stale.join("\nerror: ")}`);
  process.exit(1);
}
console.log("the generated client and the catalogues are fresh");
