// How the build cuts what the first page needs: a few files, instead of forty that a browser fetches six at a time, and all of them named
// in index.html, so that none waits for another one to be read.
import { fileURLToPath } from "node:url";
import type { Plugin, Rolldown } from "vite";

const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

const EARLY = source("early.ts");
const MAIN = source("main.tsx");
const OVERVIEW = source("features/overview/OverviewPage.tsx");

type Modules = Parameters<Rolldown.CodeSplittingNameFunction>[1];

const known = new Map<string, ReadonlySet<string>>();

/** Everything that a module needs before it runs: its imports, and theirs. */
function needs(root: string, modules: Modules): ReadonlySet<string> {
  const before = known.get(root);
  if (before !== undefined) return before;
  const all = new Set<string>([root]);
  for (const id of all) for (const one of modules.getModuleInfo(id)?.importedIds ?? []) all.add(one);
  known.set(root, all);
  return all;
}

function group(name: string, root: string, priority: number, test?: RegExp) {
  return { name: (id: string, modules: Modules) => (needs(root, modules).has(id) ? name : null), debugName: name, priority, ...(test !== undefined && { test }) };
}

/** Puts the files of the application into the page, although the first script is not the one that imports them. */
const plugin: Plugin = {
  name: "first-page",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (_, { bundle = {} }) => {
      const main = Object.values(bundle).find((one) => one.type === "chunk" && one.moduleIds.includes(MAIN));
      if (main === undefined) throw new Error("no chunk has src/main.tsx");
      const files = new Set([main.fileName]);
      const entry = Object.values(bundle).find((one) => one.type === "chunk" && one.isEntry);
      const styles = new Set<string>();
      for (const name of files) {
        const one = bundle[name];
        if (one?.type !== "chunk") continue;
        for (const next of one.imports) files.add(next);
        for (const style of one.viteMetadata?.importedCss ?? []) styles.add(style);
      }
      return [
        ...[...files].filter((name) => name !== entry?.fileName).map((name) => ({ tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `/${name}` }, injectTo: "head" as const })),
        ...[...styles].map((name) => ({ tag: "link", attrs: { rel: "stylesheet", crossorigin: true, href: `/${name}` }, injectTo: "head" as const })),
      ];
    },
  },
};

export const firstPage = {
  plugin,
  /** The first script; packages, which change seldom; our own; and the start page. */
  groups: [group("early", EARLY, 4), group("packages", MAIN, 3, /node_modules/), group("start", MAIN, 2), group("overview", OVERVIEW, 1)],
};
