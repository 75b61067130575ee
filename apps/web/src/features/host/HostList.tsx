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

/** What images, volumes and networks have in common. */
interface HostObject {
  used_by: readonly ObjectUser[];
  prunable: Prunable;
  belongs_to?: Owner;
}

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
  /** What to ask the server to prune for the chosen names, and for all that is unused. */
  prune: { chosen: (names: readonly string[]) => Prune; unused: Prune };
  empty: ReactNode;
  extra?: ReactNode;
}

/** A list of objects of the host: filter, choose, prune by plan. */
export function HostList<Item extends HostObject>(props: HostListProps<Item>): ReactElement {
  const { t } = useLingui();
  const { query, filter, onFilter, nameOf } = props;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [pruning, setPruning] = useState<Prune | null>(null);
  if (query.error !== null) {
    return <ProblemNote error={query.error} actions={<Button onClick={() => query.refetch()}><Trans>Try again</Trans></Button>} />;
  }
  const shown = filterObjects(query.data?.items ?? [], filter, props.words);
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
        <Button
          disabledReason={chosen.size === 0 ? t`Choose something in the list first` : undefined}
          onClick={() => setPruning(props.prune.chosen([...chosen]))}
        >
          {plural(chosen.size, { 0: "Remove chosen…", one: "Remove # chosen…", other: "Remove # chosen…" })}
        </Button>
        <Button onClick={() => setPruning(props.prune.unused)}><Trans>Remove what is unused…</Trans></Button>
      </Toolbar>
      <Panel flush>
        {query.isPending ? <Skeleton lines={8} label={props.label} /> : shown.length === 0 ? (
          <Empty title={filter.text === undefined && filter.only === undefined ? props.empty : <Trans>Nothing matches</Trans>} />
        ) : (
          <Table
            label={props.label}
            columns={[chooseColumn(chosen, setChosen, nameOf, (item) => t`Choose ${nameOf(item)}`), ...props.columns]}
            rows={shown}
            rowKey={nameOf}
            selected={(item) => chosen.has(nameOf(item))}
            dense
          />
        )}
      </Panel>
      {pruning !== null && <PruneDialog prune={pruning} onClose={() => setPruning(null)} onAccepted={() => { setPruning(null); setChosen(new Set()); }} />}
    </>
  );
}

function chooseColumn<Item extends HostObject>(
  chosen: ReadonlySet<string>,
  onChoose: (chosen: ReadonlySet<string>) => void,
  nameOf: (item: Item) => string,
  label: (item: Item) => string,
): Column<Item> {
  return {
    id: "choose",
    title: "",
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
        <span className="visually-hidden">{label(item)}</span>
      </Checkbox>
    ),
  };
}
