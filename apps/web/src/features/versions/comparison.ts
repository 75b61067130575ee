// Which two versions are compared, and how what differs is told.

import type { ModelChange } from "@/api/generated";

export interface Comparison {
  from?: number;
  to?: number;
}

export function parseComparison({ from, to }: Record<string, unknown>): Comparison {
  return { ...(isVersion(from) && { from }), ...(isVersion(to) && { to }) };
}

function isVersion(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

interface Known {
  latest_version: number;
  current_version: number | null;
}

/** Without a choice: what applying the newest version would change; if it is applied, what it has changed itself. */
export function sidesOf({ from, to }: Comparison, { latest_version: latest, current_version: applied }: Known): { from: number; to: number } {
  const right = to ?? latest;
  const usual = applied !== null && applied !== right ? applied : Math.max(1, right - 1);
  return { from: from ?? usual, to: right };
}

export interface ChangeGroup {
  /** `services.web`, `volumes.data`; empty for what stands at the top. */
  subject: string;
  /** `added` and `removed` as a whole, else what changed inside. */
  kind: "added" | "removed" | "changed";
  changes: { path: string; before: unknown; after: unknown }[];
}

/** Differences of the resolved model by what they are about: a service, a network, a volume. */
export function groupChanges(changes: readonly ModelChange[]): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup>();
  for (const { path, before, after } of changes) {
    const [section = "", name, ...rest] = path.split(".");
    const subject = name === undefined ? "" : `${section}.${name}`;
    if (name !== undefined && rest.length === 0) {
      const kind = isMissing(before) ? "added" : isMissing(after) ? "removed" : "changed";
      groups.set(subject, { subject, kind, changes: [{ path: "", before, after }] });
      continue;
    }
    const group = groups.get(subject) ?? { subject, kind: "changed", changes: [] };
    group.changes.push({ path: name === undefined ? section : rest.join("."), before, after });
    groups.set(subject, group);
  }
  return [...groups.values()];
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined;
}

/** A value of the model in one line if it is short, else as indented JSON. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  const short = JSON.stringify(value) ?? "";
  return short.length <= 60 ? short : JSON.stringify(value, null, 2);
}

/** A value that may be a secret is shown as stars: that it differs is all that can be said. */
export function isHidden({ before, after }: { before: unknown; after: unknown }): boolean {
  return before === "***" && after === "***";
}

export type FileChange = "added" | "removed" | "changed" | "mode" | "binary";

/** What a unified diff says about a file as a whole. */
export function fileChange(unified: string): FileChange {
  if (unified.startsWith("--- /dev/null") || unified.startsWith("Files /dev/null")) return "added";
  if (/^\+\+\+ \/dev\/null/m.test(unified) || / and \/dev\/null differ/.test(unified)) return "removed";
  if (unified.startsWith("File ")) return "mode";
  if (unified.startsWith("Files ")) return "binary";
  return "changed";
}
