import type { CatalogEntry } from "@/api/generated";
import { translated } from "@/text/translated";
import { Chip } from "@/ui/Chip";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement, ReactNode } from "react";
import { CATEGORIES, type Group } from "./categories";
import { EntryIcon } from "./EntryIcon";
import css from "./Catalog.module.css";

/** The entries of the catalogue as cards, by category. What a card does is decided by whoever shows them. */
export function EntryCards({ groups, action }: { groups: readonly Group[]; action: (entry: CatalogEntry) => ReactNode }): ReactElement {
  const { t } = useLingui();
  return (
    <>
      {groups.map(({ category, entries }) => {
        const word = CATEGORIES[category];
        return (
          <section key={category} className={css.group}>
            <h2>{word === undefined ? category : t(word)}</h2>
            <ul className={css.cards}>
              {entries.map((entry) => <Card key={entry.id} entry={entry} action={action(entry)} />)}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function Card({ entry, action }: { entry: CatalogEntry; action: ReactNode }): ReactElement {
  return (
    <li className={css.card}>
      <span className={css.icon}><EntryIcon entry={entry} /></span>
      <div className={css.text}>
        <span className={css.name}>
          <strong>{entry.name}</strong>
          {entry.kind === "application" && <Chip mark={false}><Trans>complete</Trans></Chip>}
          {entry.deploys && <Chip mark={false}><Trans>takes deployments</Trans></Chip>}
          {entry.origin === "folder" && <Chip mark={false}><Trans>own</Trans></Chip>}
        </span>
        <span className={css.summary}>{translated(entry.summary)}</span>
      </div>
      {action}
    </li>
  );
}
