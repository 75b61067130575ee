// Puts commands and what is no command into one order: what anybody has done, newest first.

import type { AuditRecord, Command } from "@/api/generated";
import type { AuditFilter } from "./routes";

export type Deed = { kind: "command"; at: string; command: Command } | { kind: "change"; at: string; record: AuditRecord };

/**
 * One list of both. Each source is read page by page; beyond the end of the page that reaches back less far nothing is shown,
 * because deeds of the other source may be missing there. `commandsEnd` and `recordsEnd` say whether a source has no more.
 */
export function merge(commands: readonly Command[], records: readonly AuditRecord[], commandsEnd: boolean, recordsEnd: boolean): Deed[] {
  const deeds: Deed[] = [
    ...commands.map((command): Deed => ({ kind: "command", at: command.timestamps.created_at, command })),
    ...records.map((record): Deed => ({ kind: "change", at: record.at, record })),
  ];
  const floor = Math.max(
    commandsEnd ? 0 : Date.parse(commands.at(-1)?.timestamps.created_at ?? "") || 0,
    recordsEnd ? 0 : Date.parse(records.at(-1)?.at ?? "") || 0,
  );
  return deeds.filter((deed) => Date.parse(deed.at) >= floor).toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

export function matches(deed: Deed, filter: AuditFilter): boolean {
  if (filter.show === "commands" && deed.kind !== "command") return false;
  if (filter.show === "changes" && deed.kind !== "change") return false;
  const text = filter.text?.toLowerCase() ?? "";
  return words(deed).toLowerCase().includes(text);
}

function words(deed: Deed): string {
  if (deed.kind === "command") return `${deed.command.principal.name} ${deed.command.kind} ${deed.command.stack_id ?? ""}`;
  const { actor, action, change, resource, detail } = deed.record;
  return [actor.name, action, change, resource, detail?.name ?? "", detail?.path ?? "", detail?.program ?? ""].join(" ");
}
