// What was deployed and is not in the version that is planned: with its files, what people see of the application goes.

import type { VersionArtifact } from "@/api/generated";

export interface Lost {
  from: VersionArtifact;
  /** What is in its place; null for nothing. */
  to: VersionArtifact | null;
}

export function lostArtifacts(applied: readonly VersionArtifact[], planned: readonly VersionArtifact[]): Lost[] {
  return applied.flatMap((from) => {
    const to = planned.find(({ service, slot }) => service === from.service && slot === from.slot) ?? null;
    return to?.digest === from.digest ? [] : [{ from, to }];
  });
}
