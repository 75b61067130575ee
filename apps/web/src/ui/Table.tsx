/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role -- laid out as cards, a table keeps its roles only if they are written */
import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { classes } from "./classes";
import css from "./Table.module.css";

export interface Column<Row> {
  id: string;
  title: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Figures are aligned at their end. */
  numeric?: boolean;
  /** Left out on narrow screens: what can be read on the row's own page. */
  optional?: boolean;
  /** Takes what is left of the width. */
  grows?: boolean;
  sortable?: boolean;
  /** Has the first line of a card for itself. */
  main?: boolean;
  /** Stays in sight where the table is wider than its place: what can be done to the row. */
  stays?: boolean;
  /** Stands at the side of a card: a box to choose the row. */
  lead?: boolean;
}

export interface Sort {
  column: string;
  descending: boolean;
}

/**
 * A table for up to some hundred rows. It scrolls in itself, so that the page never scrolls sideways. As `cards`, each row is one on
 * a narrow screen, for cells that say themselves what they are. The roles are written because a browser drops those of a table that
 * is laid out as something else.
 */
export function Table<Row>({ label, columns, rows, rowKey, sort, onSort, selected, dense, cards }: {
  /** What it lists; read out by screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  selected?: (row: Row) => boolean;
  dense?: boolean;
  cards?: boolean;
}): ReactElement {
  return (
    <div className={css.scroller} role="region" aria-label={label} tabIndex={0}>
      <table role="table" className={classes(css.table, dense === true && css.dense, cards === true && css.cards)}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row" className={selected?.(row) === true ? css.selected : undefined}>
              {columns.map((column) => (
                <td key={column.id} role="cell" className={cellClass(column)}>{column.cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head<Row>({ column, sort, onSort }: { column: Column<Row>; sort: Sort | undefined; onSort: ((sort: Sort) => void) | undefined }): ReactElement {
  const active = sort?.column === column.id;
  const order = active ? (sort.descending ? "descending" : "ascending") : undefined;
  const turn = () => onSort?.({ column: column.id, descending: active ? !sort.descending : column.numeric === true });
  return (
    <th scope="col" role="columnheader" className={cellClass(column)} aria-sort={order}>
      {column.sortable === true && onSort !== undefined ? (
        <button type="button" className={css.sort} onClick={turn}>
          {column.title}
          {order === "ascending" && <ArrowUp size={12} aria-hidden />}
          {order === "descending" && <ArrowDown size={12} aria-hidden />}
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}

function cellClass<Row>(column: Column<Row>): string {
  return classes(column.numeric === true && css.numeric, column.optional === true && css.optional, column.grows === true && css.grows, column.main === true && css.main, column.lead === true && css.lead, column.stays === true && css.stays);
}
