// What has been changed and not saved, on top of the version it began from. Pure: pages keep it, and `store.ts` lets it survive a
// reload.

import type { DefinitionWritable, SecretRecipe, SecretVariableWritable } from "@/api/generated";
import { bytesOf, sameContent, toBase64, type FileContent, type Files } from "./files";

/** A saved version with the content of its files; for a new stack, what it begins with. */
export interface Snapshot {
  /** 0 for a new stack. */
  version: number;
  files: Files;
  /** In the order they are merged; the first is the compose file. */
  composeFiles: readonly string[];
  variables: Readonly<Record<string, string>>;
  /** Names of secret variables, with the version that gave each its value. */
  secrets: Readonly<Record<string, number>>;
}

/** What should happen to a secret variable; one without a wish keeps its value. */
export type SecretWish = { kind: "set"; value: string } | { kind: "generate"; recipe: SecretRecipe } | { kind: "named"; secret: string } | { kind: "remove" };

export interface Variable {
  name: string;
  value: string;
}

export interface Draft {
  /** The version it began from. */
  base: number;
  /** New contents by path; null takes a file away. */
  files: Readonly<Record<string, FileContent | null>>;
  /** Null as long as they are as they were. */
  composeFiles: readonly string[] | null;
  variables: readonly Variable[] | null;
  secrets: Readonly<Record<string, SecretWish>>;
  /** Of a new stack. */
  name?: string;
}

export function untouched(base: number): Draft {
  return { base, files: {}, composeFiles: null, variables: null, secrets: {} };
}

export function filesOf(snapshot: Snapshot, draft: Draft): Files {
  const files: Record<string, FileContent> = { ...snapshot.files };
  for (const [path, content] of Object.entries(draft.files)) {
    if (content === null) delete files[path];
    else files[path] = content;
  }
  return files;
}

export function composeFilesOf(snapshot: Snapshot, draft: Draft): readonly string[] {
  return draft.composeFiles ?? snapshot.composeFiles;
}

export function variablesOf(snapshot: Snapshot, draft: Draft): readonly Variable[] {
  return draft.variables ?? Object.entries(snapshot.variables).map(([name, value]) => ({ name, value }));
}

/** All paths, the compose files first and the others by name. */
export function pathsOf(snapshot: Snapshot, draft: Draft): string[] {
  const files = filesOf(snapshot, draft);
  const compose = composeFilesOf(snapshot, draft).filter((path) => files[path] !== undefined);
  const others = Object.keys(files).filter((path) => !compose.includes(path));
  return [...compose, ...others.toSorted()];
}

/** Puts a file in place; one that is as it was saved is no change. */
export function putFile(snapshot: Snapshot, draft: Draft, path: string, content: FileContent | null): Draft {
  const files: Record<string, FileContent | null> = { ...draft.files };
  if (sameContent(snapshot.files[path], content)) delete files[path];
  else files[path] = content;
  return { ...draft, files };
}

export function removeFile(snapshot: Snapshot, draft: Draft, path: string): Draft {
  return withComposeFiles(snapshot, putFile(snapshot, draft, path, null), composeFilesOf(snapshot, draft).filter((each) => each !== path));
}

export function renameFile(snapshot: Snapshot, draft: Draft, path: string, to: string): Draft {
  const content = filesOf(snapshot, draft)[path];
  if (content === undefined) return draft;
  const moved = putFile(snapshot, putFile(snapshot, draft, path, null), to, content);
  return withComposeFiles(snapshot, moved, composeFilesOf(snapshot, draft).map((each) => (each === path ? to : each)));
}

export function withComposeFiles(snapshot: Snapshot, draft: Draft, paths: readonly string[]): Draft {
  const same = paths.length === snapshot.composeFiles.length && paths.every((path, index) => path === snapshot.composeFiles[index]);
  return { ...draft, composeFiles: same ? null : paths };
}

export function withVariables(snapshot: Snapshot, draft: Draft, variables: readonly Variable[]): Draft {
  const saved = Object.entries(snapshot.variables);
  const same = variables.length === saved.length && variables.every(({ name, value }) => snapshot.variables[name] === value);
  return { ...draft, variables: same ? null : variables };
}

export function withSecret(draft: Draft, name: string, wish: SecretWish | null): Draft {
  const secrets: Record<string, SecretWish> = { ...draft.secrets };
  if (wish === null) delete secrets[name];
  else secrets[name] = wish;
  return { ...draft, secrets };
}

export interface Changes {
  files: string[];
  variables: boolean;
  secrets: string[];
}

export function changesOf(draft: Draft): Changes {
  const files = Object.keys(draft.files);
  return { files: files.length === 0 && draft.composeFiles !== null ? [...draft.composeFiles] : files, variables: draft.variables !== null, secrets: Object.keys(draft.secrets) };
}

export function countChanges({ files, variables, secrets }: Changes): number {
  return files.length + secrets.length + (variables ? 1 : 0);
}

/** Names that cannot be sent: empty, with `=`, twice, or also the name of a secret variable. */
export function variableProblem({ name }: Variable, all: readonly Variable[], secrets: readonly string[]): "empty" | "invalid" | "twice" | "secret" | null {
  if (name === "") return "empty";
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return "invalid";
  if (secrets.includes(name)) return "secret";
  return all.filter((other) => other.name === name).length > 1 ? "twice" : null;
}

/** Names of secret variables after saving. */
export function secretNames(snapshot: Snapshot, draft: Draft): string[] {
  const kept = Object.keys(snapshot.secrets).filter((name) => draft.secrets[name]?.kind !== "remove");
  const added = Object.keys(draft.secrets).filter((name) => draft.secrets[name]?.kind !== "remove");
  return [...new Set([...kept, ...added])].toSorted();
}

/** What is sent to be saved. */
export function toDefinition(snapshot: Snapshot, draft: Draft, comment: string): DefinitionWritable {
  const secrets: Record<string, SecretVariableWritable> = {};
  for (const [name, wish] of Object.entries(draft.secrets)) {
    if (wish.kind === "set") secrets[name] = { value: wish.value };
    else if (wish.kind === "generate") secrets[name] = { generate: wish.recipe };
    else if (wish.kind === "named") secrets[name] = { secret: wish.secret };
    else if (snapshot.secrets[name] !== undefined) secrets[name] = { remove: true };
  }
  return { ...written(snapshot, draft), secret_variables: secrets, ...(comment.trim() === "" ? {} : { comment: comment.trim() }) };
}

/** What is sent to be checked while one types. Values of secrets stay in the page: the rules need their names alone. */
export function toLint(snapshot: Snapshot, draft: Draft): DefinitionWritable {
  const secrets = Object.fromEntries(secretNames(snapshot, draft).map((name) => [name, { keep: true } as const]));
  return { ...written(snapshot, draft), secret_variables: secrets };
}

function written(snapshot: Snapshot, draft: Draft): DefinitionWritable {
  const files = filesOf(snapshot, draft);
  const compose = composeFilesOf(snapshot, draft);
  const others = Object.entries(files).filter(([path]) => !compose.includes(path));
  const names = variablesOf(snapshot, draft).filter(({ name }) => name !== "");
  return {
    compose_files: compose.map((path) => ({ path, content: textOf(files[path]) })),
    files: Object.fromEntries(others.map(([path, content]) => [path, encoded(content)])),
    variables: Object.fromEntries(names.map(({ name, value }) => [name, value])),
  };
}

/** A compose file is text, even one that is too large to be opened. */
function textOf(content: FileContent | undefined): string {
  if (content === undefined) return "";
  return content.kind === "text" ? content.text : new TextDecoder().decode(bytesOf(content));
}

function encoded(content: FileContent): string | { base64: string; executable: boolean } {
  if (content.kind === "text" && !content.executable) return content.text;
  return { base64: content.kind === "text" ? toBase64(bytesOf(content)) : (content.base64 ?? ""), executable: content.executable };
}
