// A version of a template with the content of its files, to go on from.

import { showTemplateFile, showTemplateVersion } from "@/api/generated";
import type { Snapshot } from "@/features/definition/draft";
import { contents } from "@/features/definition/snapshot";
import { textQuery, type FileQuery } from "@/features/versions/file_text";
import { queryOptions } from "@tanstack/react-query";
import { composeFilesOf } from "./compose_file";

export async function readFile(template: string, version: number, path: string, signal?: AbortSignal): Promise<Blob | File> {
  const { data } = await showTemplateFile({ path: { template, version, path }, parseAs: "blob", throwOnError: true, ...(signal === undefined ? {} : { signal }) });
  return data;
}

export async function readBytes(template: string, version: number, path: string, signal?: AbortSignal): Promise<Uint8Array> {
  return new Uint8Array(await new Response(await readFile(template, version, path, signal)).arrayBuffer());
}

export function templateSnapshotQuery(template: string, version: number) {
  return queryOptions({
    queryKey: ["files of a template", template, version],
    queryFn: async ({ signal }): Promise<Snapshot> => {
      const { data: shown } = await showTemplateVersion({ path: { template, version }, signal, throwOnError: true });
      const files = await contents(version, shown.files, (path) => readBytes(template, version, path, signal));
      return { version, files, composeFiles: composeFilesOf(shown.files.map(({ path }) => path)), variables: shown.variables, secrets: {} };
    },
  });
}

/** One file of a version, to be read. */
export function templateFileQuery(template: string, version: number, path: string): FileQuery {
  return textQuery(["file of a template", template], version, path, (signal) => readFile(template, version, path, signal));
}
