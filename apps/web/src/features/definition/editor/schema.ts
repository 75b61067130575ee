// The attributes of the Compose format as the server knows them, looked up by where one is in the file.

import type { ComposeAttribute } from "@/api/generated";

export interface SchemaIndex {
  /** What can be written below a path of a file. */
  keysAt(path: readonly string[]): readonly ComposeAttribute[];
  /** The attribute that a path of a file leads to. */
  at(path: readonly string[]): ComposeAttribute | null;
}

interface Level {
  own: ComposeAttribute | null;
  children: Map<string, Level>;
}

export function indexSchema(attributes: readonly ComposeAttribute[]): SchemaIndex {
  const root: Level = { own: null, children: new Map() };
  for (const attribute of attributes) {
    let level = root;
    for (const step of steps(attribute.path)) {
      let next = level.children.get(step);
      if (next === undefined) level.children.set(step, (next = { own: null, children: new Map() }));
      level = next;
    }
    level.own = attribute;
  }
  return {
    keysAt: (path) => find(root, path).flatMap((level) => [...level.children.values()].flatMap((child) => child.own ?? [])),
    at: (path) => find(root, path).find((level) => level.own !== null)?.own ?? null,
  };
}

/** `ports[].target` and `ports.[].target` mean the same. */
function steps(path: string): string[] {
  return path.replaceAll("[]", ".[]").split(".").filter((step) => step !== "");
}

/** The levels that a path leads to: a name fits itself, or the place of any name. */
function find(root: Level, path: readonly string[]): Level[] {
  let levels = [root];
  for (const name of path) {
    levels = levels.flatMap((level) => {
      const exact = level.children.get(name);
      if (exact !== undefined) return [exact];
      const any = level.children.get("*");
      return any === undefined || (name === "[]" && !isList(level)) ? [] : [any];
    });
  }
  return levels;
}

/** Whether `*` below it stands for items rather than names. */
function isList({ own }: Level): boolean {
  return own !== null && own.kinds.includes("list") && !own.kinds.includes("map");
}
