import type { StackListItem } from "@/api/generated";
import { Checkbox } from "@/ui/Field";
import { Table, type Column } from "@/ui/Table";
import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { drifts } from "./course";
import { sortOf, type StackFilter } from "./filter";
import { LabelChips } from "./labels/LabelChips";
import { LastCommand, StackStateChip, VersionTriple } from "./StackChips";
import { StackMenu } from "./StackMenu";
import { StackFigures } from "./StackFigures";

export interface Choice {
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

/** Labels that a row shows. */
const LABELS = 3;

export function StackTable({ stacks, filter, onFilter, choice }: {
  stacks: readonly StackListItem[];
  filter: StackFilter;
  onFilter: (change: Partial<StackFilter>) => void;
  /** Left out where nothing can be done to several at once. */
  choice?: Choice;
}): ReactElement {
  const { t } = useLingui();
  const chooseColumn = useChooseColumn(stacks, choice);
  const columns: Column<StackListItem>[] = [
    ...chooseColumn,
    {
      id: "name",
      title: t`Name`,
      sortable: true,
      cell: (stack) => (
        <>
          <Link to="/stacks/$stackId" params={{ stackId: stack.stack_id }}><strong>{stack.name}</strong></Link>
          <LabelChips labels={stack.labels} most={LABELS} />
        </>
      ),
    },
    { id: "state", title: t`State`, sortable: true, cell: (stack) => <StackStateChip stack={stack} /> },
    { id: "versions", title: t`Saved → applied`, cell: (stack) => <VersionTriple versions={stack} drift={drifts(stack)} /> },
    { id: "command", title: t`Last command`, sortable: true, optional: true, cell: (stack) => <LastCommand command={stack.last_command} /> },
    { id: "figures", title: t`CPU, memory`, optional: true, numeric: true, cell: (stack) => <StackFigures stackId={stack.stack_id} /> },
    { id: "menu", title: <span className="visually-hidden">{t`Actions`}</span>, cell: (stack) => <StackMenu stack={stack} /> },
  ];
  return (
    <Table
      label={t`Stacks`}
      columns={columns}
      rows={stacks}
      rowKey={(stack) => stack.stack_id}
      selected={(stack) => choice?.chosen.has(stack.stack_id) === true}
      sort={sortOf(filter)}
      onSort={(sort) => onFilter({ sort: sort.column as NonNullable<StackFilter["sort"]>, descending: sort.descending })}
    />
  );
}

function useChooseColumn(stacks: readonly StackListItem[], choice: Choice | undefined): Column<StackListItem>[] {
  const { t } = useLingui();
  if (choice === undefined) return [];
  const { chosen, onChoose } = choice;
  const all = stacks.every((stack) => chosen.has(stack.stack_id));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  const column: Column<StackListItem> = {
    id: "choose",
    title: (
      <Checkbox checked={all} onChange={() => onChoose(all ? new Set() : new Set(stacks.map((stack) => stack.stack_id)))}>
        <span className="visually-hidden">{t`Choose all`}</span>
      </Checkbox>
    ),
    cell: (stack) => (
      <Checkbox checked={chosen.has(stack.stack_id)} onChange={() => toggle(stack.stack_id)}>
        <span className="visually-hidden">{t`Choose ${stack.name}`}</span>
      </Checkbox>
    ),
  };
  return [column];
}
