import type { Artifact, ArtifactChange } from "@/api/generated";
import { bytes, shortId } from "@/text/sizes";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";

/** Which artifacts are in which slots before and after. */
export function ArtifactChanges({ changes }: { changes: readonly ArtifactChange[] }): ReactElement {
  return (
    <ul>
      {changes.map((change) => (
        <li key={`${change.service} ${change.slot}`}>
          <strong>{change.service}</strong>, <Trans>slot {change.slot}</Trans>: <Named artifact={change.before} /> → <Named artifact={change.after} />
        </li>
      ))}
    </ul>
  );
}

function Named({ artifact }: { artifact: Artifact | null }): ReactElement {
  if (artifact === null) return <Trans>nothing</Trans>;
  return <><code>{artifact.file_name}</code> ({bytes(artifact.size)}, {shortId(artifact.digest)})</>;
}
