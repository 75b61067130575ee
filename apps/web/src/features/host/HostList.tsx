import { useMay } from "@/access/useMay";
import type { ObjectUser, Owner, Prunable } from "@/api/generated";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Checkbox, Input, Select } from "@/ui/Field";
import { Panel, Toolbar } from "@/ui/Page";
import { Table, type Column } from "@/ui/Table";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactElement, type ReactNode } from "react";
import { PruneDialog, type Prune } from "./PruneDialog";
import type { HostFilter } from "./routes";
import css from "./HostList.module.css";

/** What images, volumes and networks have in common. */
interface HostObject {
  used_by: readonly ObjectUser[];
  prunable: Prunable;
  belongs_to?: Owner;
}

/** Names that the server takes at once; more than so many go in several turns. */
const MOST_NAMED = 1_000;

/** Which entries a filter leaves. */
export function filterObjects<Item extends HostObject>(items: readonly Item[], filter: HostFilter, words: (item: Item) => string): Item[] {
  const text = filter.text?.toLowerCase() ?? "";
  return items.filter((item) => words(item).toLowerCase().includes(text) && has(item, filter.only));
}

function has(item: HostObject, only: HostFilter["only"]): boolean {
  if (only === undefined) return true;
  if (only === "foreign") return item.belongs_to?.kind === "foreign";
  return only === "used" ? item.used_by.length > 0 : item.used_by.length === 0;
}

export interface HostListProps<Item extends HostObject> {
  label: string;
  query: { data: { items: readonly Item[] } | undefined; isPending: boolean; error: unknown; refetch: () => unknown };
  columns: readonly Column<Item>[];
  nameOf: (item: Item) => string;
  words: (item: Item) => string;
  filter: HostFilter;
  onFilter: (filter: HostFilter) => void;
  /** Named for the server: what is chosen. */
  named: (names: string[]) => NonNullable<Prune["named"]>;
  /** What to ask for to remove all that is unused; left out where things go only by name: then each that is shown is named. */
  unused?: Prune;
  empty: ReactNode;
  extra?: ReactNode;
}

/** A list of objects of the host: filter, choose, prune by plan. */
export function HostList<Item extends HostObject>(props: HostListProps<Item>): ReactElement {
  const { t } = useLingui();
  const { query, filter, onFilter, nameOf, unused } = props;
  const refused = useMay()("prune");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [pruning, setPruning] = useState<Prune | null>(null);
  if (query.error !== null) {
    return <ProblemNote error={query.error} actions={<Button onClick={() => query.refetch()}><Trans>Try again</Trans></Button>} />;
  }
  const shown = filterObjects(query.data?.items ?? [], filter, props.words);
  // Nothing but what is named: left out, the server would add images without a tag and the cache of builds.
  const byName = (names: string[]): Prune => ({ named: props.named(names), images: "none", build_cache: false });
  const idle = shown.filter((item) => item.used_by.length === 0 && item.prunable.when !== "never").map(nameOf);
  return (
    <>
      <Toolbar>
        <Input
          type="search"
          aria-label={t`Filter by name`}
          placeholder={t`Filter by name`}
          value={filter.text ?? ""}
          onValueChange={(text) => onFilter({ ...filter, text: text === "" ? undefined : text })}
        />
        <Select
          label={t`Filter by use`}
          value={filter.only ?? ""}
          choices={[
            { value: "", label: t`All` },
            { value: "used", label: t`In use` },
            { value: "unused", label: t`Not in use` },
            { value: "foreign", label: t`Not of Core Monitor` },
          ]}
          onChange={(only) => onFilter({ ...filter, only: only === "" ? undefined : only })}
        />
        {props.extra}
        <span className={css.buttons}>
          <Button
            disabledReason={refused ?? (chosen.size === 0 ? t`Choose something in the list first` : undefined)}
            onClick={() => setPruning(byName([...chosen]))}
          >
            {plural(chosen.size, { 0: "Remove chosen…", one: "Remove # chosen…", other: "Remove # chosen…" })}
          </Button>
          <Button
            disabledReason={refused ?? (unused === undefined && idle.length === 0 ? t`Everything that is shown is in use, or may not be removed` : undefined)}
            onClick={() => setPruning(unused ?? byName(idle.slice(0, MOST_NAMED)))}
          >
            <Trans>Remove what is unused…</Trans>
          </Button>
        </span>
      </Toolbar>
      <Panel flush>
        {query.isPending ? <Skeleton lines={8} label={props.label} /> : shown.length === 0 ? (
          <Empty title={filter.text === undefined && filter.only === undefined ? props.empty : <Trans>Nothing matches</Trans>} />
        ) : (
          <Table
            label={props.label}
            columns={[chooseColumn({ shown, chosen, onChoose: setChosen, nameOf, words: { all: t`Choose all that are shown`, one: (item) => t`Choose ${nameOf(item)}` } }), ...props.columns]}
            rows={shown}
            rowKey={nameOf}
            selected={(item) => chosen.has(nameOf(item))}
            dense
            cards
          />
        )}
      </Panel>
      {pruning !== null && <PruneDialog prune={pruning} onClose={() => setPruning(null)} onAccepted={() => { setPruning(null); setChosen(new Set()); }} />}
    </>
  );
}

/** A box in each row, and one above them for all that are shown and may go. */
function chooseColumn<Item extends HostObject>({ shown, chosen, onChoose, nameOf, words }: {
  shown: readonly Item[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  nameOf: (item: Item) => string;
  words: { all: string; one: (item: Item) => string };
}): Column<Item> {
  const free = shown.filter((item) => item.prunable.when !== "never").map(nameOf);
  const all = free.length > 0 && free.every((name) => chosen.has(name));
  return {
    id: "choose",
    lead: true,
    title: (
      <Checkbox checked={all} disabled={free.length === 0} onChange={() => onChoose(new Set(all ? [] : [...chosen, ...free]))}>
        <span className="visually-hidden">{words.all}</span>
      </Checkbox>
    ),
    cell: (item) => (
      <Checkbox
        checked={chosen.has(nameOf(item))}
        disabled={item.prunable.when === "never"}
        onChange={() => {
          const next = new Set(chosen);
          if (!next.delete(nameOf(item))) next.add(nameOf(item));
          onChoose(next);
        }}
      >
        <span className="visually-hidden">{words.one(item)}</span>
      </Checkbox>
    ),
  };
}
