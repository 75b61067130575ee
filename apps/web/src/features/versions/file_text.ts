// Files of a saved version. A version never changes, so what was read once stays right.

import { showVersionFile } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { queryOptions } from "@tanstack/react-query";

/** `null` if the version has no such file; without a text if it is none. */
export type FileContent = { text: string } | { text: null; size: number } | null;

export type FileQuery = ReturnType<typeof textQuery>;

/** Reads one file of a version of something, which `key` names. */
export function textQuery(key: readonly [kind: string, of: string], version: number, path: string, download: (signal: AbortSignal) => Promise<Blob | File>) {
  return queryOptions({
    queryKey: [...key, version, path],
    queryFn: async ({ signal }): Promise<FileContent> => {
      try {
        return contentOf(await new Response(await download(signal)).arrayBuffer());
      } catch (error) {
        if (isProblem(error, "file-not-found")) return null;
        throw error;
      }
    },
  });
}

export function fileQuery(stackId: string, version: number, path: string): FileQuery {
  return textQuery(["file of a version", stackId], version, path, async (signal) => (await showVersionFile({ path: { id: stackId, version, path }, parseAs: "blob", signal, throwOnError: true })).data);
}

export function contentOf(bytes: ArrayBuffer): FileContent {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? { text: null, size: bytes.byteLength } : { text };
  } catch {
    return { text: null, size: bytes.byteLength };
  }
}
