import type { Drift } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { distinct } from "@/features/plans/by_service";
import { BlockerList } from "@/features/plans/BlockerList";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { plural } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { FileDiff, Undo2 } from "lucide-react";
import { useState, type ReactElement } from "react";
import { useStack } from "../stack";
import { AdoptDialog } from "./AdoptDialog";
import { groupDrift, type DriftPlace } from "./drift";
import css from "./Notes.module.css";

const SHOWN = 6;

/** What runs is not what was applied: each difference, and the two ways out. */
export function DriftPanel({ drift }: { drift: Drift }): ReactElement {
  const { stack_id: stackId, current_version: applied } = useStack();
  const [all, setAll] = useState(false);
  const [adopting, setAdopting] = useState(false);
  const params = { stackId };
  const places = groupDrift(drift.steps);
  const count = places.length + drift.files.length;
  const shown = all ? places : places.slice(0, SHOWN);
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
        <ul className={css.list}>
          {shown.map((place) => <Place key={place.name} place={place} />)}
          {drift.files.map((file) => (
            <li key={file.path}>
              {file.edit === "changed" ? <Trans>A file of the stack was changed: <code>{file.path}</code></Trans> : <Trans>A file of the stack was removed: <code>{file.path}</code></Trans>}
            </li>
          ))}
        </ul>
        {shown.length < places.length && <span><Button small onClick={() => setAll(true)}><Trans>Show all {places.length}</Trans></Button></span>}
        <p className={css.soft}>
          <Trans>Reverting plans v{applied} again. Adopting writes what runs into a new version, and plans that.</Trans>
        </p>
      </Notice>
      <AdoptDialog open={adopting} onClose={() => setAdopting(false)} />
      {drift.blockers.length > 0 && <BlockerList blockers={drift.blockers} />}
    </>
  );
}

function Place({ place }: { place: DriftPlace }): ReactElement {
  return (
    <li>
      <strong>{place.name}</strong> <span className={css.soft}>{place.causes.map((cause, index) => <span key={cause.text}>{index > 0 && " · "}<Said message={cause} /></span>)}</span>
      <details className={css.steps}>
        <summary>{plural(place.actions.length, { one: "# step would undo it", other: "# steps would undo it" })}</summary>
        <ul>{distinct(place.actions).map((action) => <li key={action.text}><Said message={action} /></li>)}</ul>
      </details>
    </li>
  );
}
