// What fits together: who can be connected to what, and names and ports that are still free.

import type { CatalogEntry } from "@/api/generated";
import type { Catalogue, Component } from "./choices";

/** A requirement of an entry. */
export type Needs = Pick<CatalogEntry["requires"][number], "interfaces">;

function meets(entry: CatalogEntry | undefined, { interfaces }: Needs): boolean {
  return entry?.provides.some((provided) => interfaces.includes(provided.interface)) === true;
}

/** The chosen components that can be connected to a requirement of another one. */
export function providersFor(needs: Needs, user: number, components: readonly Component[], catalogue: Catalogue): Component[] {
  return components.filter((each) => each.key !== user && meets(catalogue.get(each.entry), needs));
}

/** The entries that would meet a requirement: by the order of its interfaces, which is the best one first. */
export function entriesFor(needs: Needs, catalogue: Catalogue): CatalogEntry[] {
  const rank = (entry: CatalogEntry) => Math.min(...entry.provides.map(({ interface: id }) => needs.interfaces.indexOf(id)).filter((at) => at >= 0));
  return [...catalogue.values()].filter((entry) => meets(entry, needs)).toSorted((one, other) => Number(one.kind === "application") - Number(other.kind === "application") || rank(one) - rank(other));
}

/** A name that nothing else has: that of the entry, with a number if it has to be. */
export function freeName(entry: string, taken: ReadonlySet<string>): string {
  if (!taken.has(entry)) return entry;
  let number = 2;
  while (taken.has(`${entry}-${number}`)) number += 1;
  return `${entry}-${number}`;
}

/** The port itself, or the first free one above it. */
export function freePort(port: number, taken: ReadonlySet<number>): number {
  let free = port;
  while (taken.has(free) && free < 65_535) free += 1;
  return free;
}

/** The services that a file has without the wizard, from the paths that it does not know. */
export function unknownServices(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const [section, name, ...rest] = path.split(".");
    return section === "services" && name !== undefined && rest.length === 0 ? [name] : [];
  });
}
