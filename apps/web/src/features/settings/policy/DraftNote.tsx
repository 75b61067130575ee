import { isProblem } from "@/api/problem";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";

/** What is to become of the draft, and why it could not be saved. */
export function DraftNote({ outdated, saving, error, onSave, onDiscard, onReload }: {
  /** Somebody else has replaced the policy that it began with. */
  outdated: boolean;
  saving: boolean;
  error: Error | null;
  onSave: () => void;
  onDiscard: () => void;
  onReload: () => void;
}): ReactElement {
  if (outdated || isProblem(error, "policy-changed")) {
    return (
      <Notice
        tone="bad"
        live
        title={<Trans>Somebody else has replaced the policy</Trans>}
        actions={<Button small onClick={onReload}><Trans>Discard mine and load it again</Trans></Button>}
      >
        <p><Trans>Your changes were made to an earlier one and cannot be saved any more. Loading it again discards them.</Trans></p>
      </Notice>
    );
  }
  return (
    <>
      <Notice
        tone="warn"
        live
        title={<Trans>There are unsaved changes</Trans>}
        actions={
          <>
            <Button small onClick={onDiscard}><Trans>Discard</Trans></Button>
            <Button small look="primary" busy={saving} onClick={onSave}><Trans>Save</Trans></Button>
          </>
        }
      >
        <p><Trans>Once it is saved, the policy counts at once for everybody, and also for commands that wait. What runs already stays as it is until it would be created again.</Trans></p>
      </Notice>
      {error !== null && <ProblemNote error={error} />}
    </>
  );
}
