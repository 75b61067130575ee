// Somebody else has saved a version meanwhile: what of it and of the draft goes together by itself, and what a person must choose.

import { mergeText } from "./diff3";
import { composeFilesOf, filesOf, putFile, untouched, variablesOf, withComposeFiles, withVariables, type Draft, type Snapshot } from "./draft";
import { sameContent, type FileContent } from "./files";

export interface MergedFile {
  path: string;
  /** Who has changed it; `both` goes together by itself, `conflict` does not. */
  changed: "mine" | "theirs" | "both" | "conflict";
  /** Null where the file is gone. */
  mine: FileContent | null;
  theirs: FileContent | null;
  merged: FileContent | null;
}

export interface MergedVariable {
  name: string;
  /** Null where it is gone. */
  mine: string | null;
  theirs: string | null;
}

export interface Merge {
  /** Files that differ from one side at least, those with conflicts first. */
  files: MergedFile[];
  /** Variables that both have changed, differently. */
  variables: MergedVariable[];
  /** Secret variables that the other version has set anew and the draft changes too: the draft's wish stands. */
  secrets: string[];
}

export function mergeOf(base: Snapshot, draft: Draft, theirs: Snapshot): Merge {
  const mine = filesOf(base, draft);
  const paths = [...new Set([...Object.keys(base.files), ...Object.keys(mine), ...Object.keys(theirs.files)])].toSorted();
  const files = paths.flatMap((path) => mergedFile(path, base.files[path] ?? null, mine[path] ?? null, theirs.files[path] ?? null) ?? []);
  const own = Object.fromEntries(variablesOf(base, draft).map(({ name, value }) => [name, value]));
  const names = [...new Set([...Object.keys(own), ...Object.keys(theirs.variables)])].toSorted();
  const clash = (name: string) => own[name] !== theirs.variables[name] && own[name] !== base.variables[name] && theirs.variables[name] !== base.variables[name];
  return {
    files: files.toSorted((one, other) => Number(other.changed === "conflict") - Number(one.changed === "conflict")),
    variables: names.filter(clash).map((name) => ({ name, mine: own[name] ?? null, theirs: theirs.variables[name] ?? null })),
    secrets: Object.keys(draft.secrets).filter((name) => (theirs.secrets[name] ?? 0) > base.version),
  };
}

function mergedFile(path: string, base: FileContent | null, mine: FileContent | null, theirs: FileContent | null): MergedFile | null {
  const [iChanged, theyChanged] = [!sameContent(base, mine), !sameContent(base, theirs)];
  if ((!iChanged && !theyChanged) || sameContent(mine, theirs)) return null;
  if (!theyChanged) return { path, changed: "mine", mine, theirs, merged: mine };
  if (!iChanged) return { path, changed: "theirs", mine, theirs, merged: theirs };
  if (mine?.kind !== "text" || theirs?.kind !== "text") return { path, changed: "conflict", mine, theirs, merged: mine };
  const { text, conflicts } = mergeText(base?.kind === "text" ? base.text : "", mine.text, theirs.text);
  return { path, changed: conflicts > 0 ? "conflict" : "both", mine, theirs, merged: { ...mine, text } };
}

/** What the person has decided, by path and by name of a variable. */
export interface Choices {
  files: Readonly<Record<string, FileContent | null>>;
  variables: Readonly<Record<string, "mine" | "theirs">>;
}

/** The draft as it is on top of the other version. */
export function mergedDraft(base: Snapshot, draft: Draft, theirs: Snapshot, choices: Choices): Draft {
  let next: Draft = { ...untouched(theirs.version), secrets: draft.secrets };
  for (const file of mergeOf(base, draft, theirs).files) {
    const chosen = choices.files[file.path];
    next = putFile(theirs, next, file.path, chosen === undefined ? file.merged : chosen);
  }
  const compose = draft.composeFiles === null ? theirs.composeFiles : composeFilesOf(base, draft);
  next = withComposeFiles(theirs, next, compose.filter((path) => filesOf(theirs, next)[path] !== undefined));
  return withVariables(theirs, next, mergedVariables(base, draft, theirs, choices.variables));
}

function mergedVariables(base: Snapshot, draft: Draft, theirs: Snapshot, choices: Choices["variables"]) {
  const own = new Map(variablesOf(base, draft).map(({ name, value }) => [name, value]));
  const names = [...new Set([...own.keys(), ...Object.keys(theirs.variables)])];
  return names.flatMap((name) => {
    const iChanged = own.get(name) !== base.variables[name];
    const mine = iChanged && choices[name] !== "theirs";
    const value = mine ? own.get(name) : theirs.variables[name];
    return value === undefined ? [] : [{ name, value }];
  });
}

/** What to do when the server refused to save because the stack has changed since it was read. */
export function afterRefusal(base: number, latest: number): "again" | "merge" {
  // Commands change the stack as well: only another version is something to look at.
  return latest === base ? "again" : "merge";
}
