import { useMay } from "@/access/useMay";
import type { Drift } from "@/api/generated";
import { BlockerList } from "@/features/plans/BlockerList";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { plural } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { FileDiff } from "lucide-react";
import { useState, type ReactElement } from "react";
import { RevertLink } from "../RevertLink";
import { useStack } from "../stack";
import { AdoptDialog } from "./AdoptDialog";
import { countPlaces } from "./drift";
import { DriftPlaces } from "./DriftPlaces";
import css from "./Notes.module.css";

/** What runs is not what was applied: each difference, and the two ways out. */
export function DriftPanel({ drift }: { drift: Drift }): ReactElement {
  const stack = useStack();
  const { current_version: applied } = stack;
  const may = useMay();
  const [adopting, setAdopting] = useState(false);
  const count = countPlaces(drift);
  return (
    <>
      <Notice
        tone="warn"
        title={plural(count, { one: "What runs differs from the applied version in # place", other: "What runs differs from the applied version in # places" })}
        actions={
          <>
            <RevertLink stack={stack} />
            <Button icon={<FileDiff size={14} />} disabledReason={may("propose_definition", stack.name)} onClick={() => setAdopting(true)}><Trans>Adopt…</Trans></Button>
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
