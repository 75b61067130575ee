// The content of a file of a project folder: text that can be edited, or bytes that are kept as they are.

export type FileContent =
  | { kind: "text"; text: string; executable: boolean }
  /** `base64` is null while the bytes are only on the server: they are fetched from `origin` when they have to be sent again. */
  | { kind: "binary"; base64: string | null; size: number; executable: boolean; origin: Origin | null };

/** A file of a saved version. */
export interface Origin {
  version: number;
  path: string;
  hash: string;
}

export type Files = Readonly<Record<string, FileContent>>;

/** Text above this size, in bytes, is not opened: an editor is no place for it. */
export const LARGEST_TEXT = 512 * 1024;

/** What the bytes of a file are. Text is UTF-8 without NUL. */
export function contentOf(bytes: Uint8Array, executable: boolean): FileContent {
  const text = bytes.length <= LARGEST_TEXT ? decode(bytes) : null;
  return text === null ? { kind: "binary", base64: toBase64(bytes), size: bytes.length, executable, origin: null } : { kind: "text", text, executable };
}

function decode(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(binary);
}

export function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export function bytesOf(content: FileContent): Uint8Array<ArrayBuffer> {
  return content.kind === "text" ? new TextEncoder().encode(content.text) : fromBase64(content.base64 ?? "");
}

export function sizeOf(content: FileContent): number {
  return content.kind === "text" ? new TextEncoder().encode(content.text).length : content.size;
}

export function sameContent(one: FileContent | undefined | null, other: FileContent | undefined | null): boolean {
  if (one === undefined || one === null || other === undefined || other === null) return one === other || (one ?? null) === (other ?? null);
  if (one.executable !== other.executable || one.kind !== other.kind) return false;
  if (one.kind === "text") return other.kind === "text" && one.text === other.text;
  if (other.kind !== "binary") return false;
  return one.origin !== null && other.origin !== null ? one.origin.hash === other.origin.hash : one.size === other.size && one.base64 === other.base64;
}

/** Why a path cannot be used, as a code that the page has words for; null if it can. */
export function pathProblem(path: string, files: Files): "empty" | "outside" | "taken" | "folder" | null {
  if (path.trim() === "" || path.endsWith("/")) return "empty";
  if (path.startsWith("/") || path.split("/").some((part) => part === "" || part === "." || part === "..") || path.includes("\\")) return "outside";
  if (files[path] !== undefined) return "taken";
  return Object.keys(files).some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) ? "folder" : null;
}
