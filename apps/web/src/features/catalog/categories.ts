// The categories of the catalogue, in the order in which people look for them.

import type { CatalogEntry } from "@/api/generated";
import { translated } from "@/text/translated";
import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";

export const CATEGORIES: Readonly<Record<string, MessageDescriptor>> = {
  application: msg`Applications`,
  database: msg`Databases`,
  cache: msg`Caches`,
  broker: msg`Message brokers`,
  search: msg`Search`,
  storage: msg`Storage`,
  web: msg`Web servers and proxies`,
  runtime: msg`Runtimes`,
  middleware: msg`Middleware that takes deployments`,
  monitoring: msg`Monitoring`,
  tool: msg`Tools`,
};

export interface Group {
  category: string;
  entries: CatalogEntry[];
}

/** The entries that a text finds, by category. A category that this build does not know comes last, under its own name. */
export function grouped(entries: readonly CatalogEntry[], text: string): Group[] {
  const wanted = text.trim().toLowerCase();
  const groups = new Map<string, CatalogEntry[]>(Object.keys(CATEGORIES).map((category) => [category, []]));
  for (const entry of entries) {
    if (!words(entry).includes(wanted)) continue;
    const group = groups.get(entry.category) ?? [];
    group.push(entry);
    groups.set(entry.category, group);
  }
  return [...groups].filter(([, found]) => found.length > 0).map(([category, found]) => ({ category, entries: found }));
}

function words(entry: CatalogEntry): string {
  return [entry.id, entry.name, translated(entry.summary), entry.category].join(" ").toLowerCase();
}
