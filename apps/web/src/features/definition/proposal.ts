// What the server proposes, as a draft: it is compared, saved and planned like anything that is typed.

import type { DefinitionProposal } from "@/api/generated";
import { untouched, type Draft } from "./draft";
import type { FileContent } from "./files";

export function proposedDraft({ base_version: base, files }: Pick<DefinitionProposal, "base_version" | "files">): Draft {
  const contents = files.map(({ path, content, executable }): [string, FileContent | null] => [path, content === null ? null : { kind: "text", text: content, executable }]);
  return { ...untouched(base), files: Object.fromEntries(contents) };
}
