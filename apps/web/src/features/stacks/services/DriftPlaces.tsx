import type { Drift } from "@/api/generated";
import { distinct } from "@/features/plans/by_service";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { plural } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import { groupDrift, type DriftPlace } from "./drift";
import css from "./Notes.module.css";

const SHOWN = 6;

/** Where what runs differs from the applied version, and how. */
export function DriftPlaces({ drift }: { drift: Drift }): ReactElement {
  const [all, setAll] = useState(false);
  const places = groupDrift(drift.steps);
  const shown = all ? places : places.slice(0, SHOWN);
  return (
    <>
      <ul className={css.list}>
        {shown.map((place) => <Place key={place.name} place={place} />)}
        {drift.files.map((file) => (
          <li key={file.path}>
            {file.edit === "changed" ? <Trans>A file of the stack was changed: <code>{file.path}</code></Trans> : <Trans>A file of the stack was removed: <code>{file.path}</code></Trans>}
          </li>
        ))}
      </ul>
      {shown.length < places.length && <span><Button small onClick={() => setAll(true)}><Trans>Show all {places.length}</Trans></Button></span>}
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
