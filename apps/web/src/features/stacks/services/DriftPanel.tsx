import type { Drift } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { BlockerList } from "@/features/plans/BlockerList";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { plural } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { FileDiff, Undo2 } from "lucide-react";
import { useState, type ReactElement } from "react";
import { useStack } from "../stack";
import { AdoptDialog } from "./AdoptDialog";
import { countPlaces } from "./drift";
import { DriftPlaces } from "./DriftPlaces";
import css from "./Notes.module.css";

/** What runs is not what was applied: each difference, and the two ways out. */
export function DriftPanel({ drift }: { drift: Drift }): ReactElement {
  const { stack_id: stackId, current_version: applied } = useStack();
  const [adopting, setAdopting] = useState(false);
  const params = { stackId };
  const count = countPlaces(drift);
  return (
    <>
      <Notice
        tone="warn"
        title={plural(count, { one: "What runs differs from the applied version in # place", other: "What runs differs from the applied version in # places" })}
        actions={
          <>
            <ButtonLink to="/stacks/$stackId/plan" params={params} search={{ version: applied ?? 1, purpose: "apply" }} icon={<Undo2 size={14} />}>
              <Trans>Revert to v{applied}…</Trans>
            </ButtonLink>
            <Button icon={<FileDiff size={14} />} onClick={() => setAdopting(true)}><Trans>Adopt…</Trans></Button>
          </>
        }
      >
        <DriftPlaces drift={drift} />
        <p className={css.soft}>
          <Trans>Reverting plans v{applied} again. Adopting writes what runs into a new version, and plans that.</Trans>
        </p>
      </Notice>
      <AdoptDialog open={adopting} onClose={() => setAdopting(false)} />
      {drift.blockers.length > 0 && <BlockerList blockers={drift.blockers} />}
    </>
  );
}
