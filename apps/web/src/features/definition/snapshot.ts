// A saved version with the content of its files. A version never changes: what was read once stays right.

import { listVersionFiles, showVersion, showVersionFile, type ComposeModel, type Version, type VersionFile } from "@/api/generated";
import { queryOptions } from "@tanstack/react-query";
import type { Draft, Snapshot } from "./draft";
import { contentOf, LARGEST_TEXT, toBase64, type FileContent, type Origin } from "./files";

export interface Loaded {
  snapshot: Snapshot;
  model: ComposeModel | null;
  comment: string;
}

/** Files that are fetched at once: a browser opens no more connections to a server. */
const AT_ONCE = 4;
/** Bytes of all files together above which the rest is left on the server. */
const MOST = 4 * 1024 * 1024;

export function snapshotQuery(stackId: string, version: number) {
  return queryOptions({
    queryKey: ["definition", stackId, version],
    queryFn: async ({ signal }): Promise<Loaded> => {
      const path = { id: stackId, version };
      const [{ data: shown }, { data: listed }] = await Promise.all([
        showVersion({ path, signal, throwOnError: true }),
        listVersionFiles({ path, signal, throwOnError: true }),
      ]);
      const files = await contents(version, listed.items, (file) => download(stackId, version, file, signal));
      return { snapshot: snapshotOf(shown, files), model: shown.model, comment: shown.metadata.comment };
    },
  });
}

function snapshotOf(version: Version, files: Record<string, FileContent>): Snapshot {
  const secrets = Object.entries(version.secret_variables).map(([name, { set_in }]) => [name, set_in] as const);
  return { version: version.version, files, composeFiles: version.compose_files, variables: version.variables, secrets: Object.fromEntries(secrets) };
}

/** Reads a file of a version. */
export type Download = (path: string) => Promise<Uint8Array>;

/** The content of the files of a version, as far as it is to be edited. */
export async function contents(version: number, items: readonly VersionFile[], read: Download): Promise<Record<string, FileContent>> {
  const found: Record<string, FileContent> = {};
  let room = MOST;
  const wanted = items.filter(({ path, size, executable, hash }) => {
    const fits = size <= LARGEST_TEXT && size <= room;
    if (fits) room -= size;
    else found[path] = { kind: "binary", base64: null, size, executable, origin: { version, path, hash } };
    return fits;
  });
  const queue = [...wanted];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { path, executable, hash } = next;
      // oxlint-disable-next-line no-await-in-loop -- a few of these loops run side by side
      const content = contentOf(await read(path), executable);
      found[path] = content.kind === "binary" ? { ...content, origin: { version, path, hash } } : content;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

async function download(stackId: string, version: number, path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const { data } = await showVersionFile({ path: { id: stackId, version, path }, parseAs: "blob", throwOnError: true, ...(signal === undefined ? {} : { signal }) });
  return new Uint8Array(await new Response(data).arrayBuffer());
}

export function withBytes<Holder extends Snapshot | Draft>(stackId: string, holder: Holder): Promise<Holder> {
  return withBytesFrom(holder, (version, path) => download(stackId, version, path));
}

/** The files with the bytes that are only on the server so far: saving sends every file. */
export async function withBytesFrom<Holder extends Snapshot | Draft>(holder: Holder, read: (version: number, path: string) => Promise<Uint8Array>): Promise<Holder> {
  const files: Record<string, FileContent | null> = { ...holder.files };
  for (const [path, content] of Object.entries(files)) {
    if (content?.kind !== "binary" || content.base64 !== null || content.origin === null) continue;
    const { version, path: from }: Origin = content.origin;
    // oxlint-disable-next-line no-await-in-loop -- one after the other: they are large
    files[path] = { ...content, base64: toBase64(await read(version, from)) };
  }
  return { ...holder, files };
}
