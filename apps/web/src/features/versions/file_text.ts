// Files of a saved version. A version never changes, so what was read once stays right.

import { showVersionFile } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { queryOptions } from "@tanstack/react-query";

/** `null` if the version has no such file; without a text if it is none. */
export type FileContent = { text: string } | { text: null; size: number } | null;

export function fileQuery(stackId: string, version: number, path: string) {
  return queryOptions({
    queryKey: ["file of a version", stackId, version, path],
    queryFn: async ({ signal }): Promise<FileContent> => {
      try {
        const { data } = await showVersionFile({ path: { id: stackId, version, path }, parseAs: "blob", signal, throwOnError: true });
        return contentOf(await new Response(data).arrayBuffer());
      } catch (error) {
        if (isProblem(error, "file-not-found")) return null;
        throw error;
      }
    },
  });
}

export function contentOf(bytes: ArrayBuffer): FileContent {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? { text: null, size: bytes.byteLength } : { text };
  } catch {
    return { text: null, size: bytes.byteLength };
  }
}
