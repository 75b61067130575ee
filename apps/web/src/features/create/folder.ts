// Reads what a person chose or dropped: one archive, or a folder with everything below it.

import type { TarEntry } from "@/features/definition/tar";

export type Picked = { kind: "archive"; name: string; file: string; archive: Blob } | { kind: "folder"; name: string; files: TarEntry[]; leftOut: number };

export class TooManyFiles extends Error {
  override readonly name = "TooManyFiles";
}

/** Files of a folder above which it is probably not the one that was meant. */
export const MOST_FILES = 5_000;

/** Folders that belong to no definition. */
const LEFT_OUT = /(^|\/)(\.git|node_modules|\.DS_Store)(\/|$)/;

export function isArchive(name: string): boolean {
  return /\.(tar|tgz|tar\.gz|zip)$/i.test(name);
}

/** What an input of files gave: with folders, each file knows its path. */
export async function fromInput(files: readonly File[]): Promise<Picked | null> {
  const [first] = files;
  if (first === undefined) return null;
  if (files.length === 1 && isArchive(first.name)) return { kind: "archive", name: first.name.replace(/\.(tar|tgz|tar\.gz|zip)$/i, ""), file: first.name, archive: first };
  return folderOf(files.map((file) => ({ path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath, file })));
}

/** What was dropped. Folders are walked through. */
export async function fromDrop(transfer: DataTransfer): Promise<Picked | null> {
  // The list is emptied as soon as this function waits for something.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: { path: string; file: File }[] = [];
  for (const entry of entries) {
    // oxlint-disable-next-line no-await-in-loop -- the limit counts across all of them
    await walk(entry, found);
  }
  const [only] = found;
  if (found.length === 1 && only !== undefined) return fromInput([only.file]);
  return found.length === 0 ? null : folderOf(found);
}

async function walk(entry: FileSystemEntry, found: { path: string; file: File }[]): Promise<void> {
  if (found.length > MOST_FILES) throw new TooManyFiles();
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    found.push({ path, file: await new Promise<File>((resolve, reject) => { (entry as FileSystemFileEntry).file(resolve, reject); }) });
    return;
  }
  // Nobody waits for a hundred thousand files that are left out anyway.
  if (LEFT_OUT.test(path)) return;
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives its entries in portions, the last of which is empty.
    // oxlint-disable-next-line no-await-in-loop -- the next portion follows this one
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (portion.length === 0) return;
    for (const each of portion) {
      // oxlint-disable-next-line no-await-in-loop -- as above
      await walk(each, found);
    }
  }
}

/** The files below the folder they have in common, named after it. */
async function folderOf(found: readonly { path: string; file: File }[]): Promise<Picked> {
  const top = commonFolder(found.map(({ path }) => path));
  const kept = found.filter(({ path }) => !LEFT_OUT.test(path));
  if (kept.length > MOST_FILES) throw new TooManyFiles();
  const files = await Promise.all(kept.map(async ({ path, file }) => ({ path: path.slice(top.length), content: file, executable: await isScript(file) })));
  return { kind: "folder", name: top.split("/").at(-2) ?? "", files: files.toSorted((one, other) => (one.path < other.path ? -1 : 1)), leftOut: found.length - kept.length };
}

/** With its last `/`; empty if there is none. */
export function commonFolder(paths: readonly string[]): string {
  const [first = ""] = paths;
  const top = first.slice(0, first.indexOf("/") + 1);
  return top !== "" && paths.every((path) => path.startsWith(top)) ? top : "";
}

/** A browser does not say what is executable; a file that names its interpreter is meant to be. */
async function isScript(file: Blob): Promise<boolean> {
  if (file.size < 3) return false;
  const bytes = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return bytes[0] === 0x23 && bytes[1] === 0x21;
}
