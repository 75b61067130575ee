import type { StackContainer } from "@/api/generated";
import { classes } from "@/ui/classes";
import { useLingui } from "@lingui/react/macro";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useRef, type ReactElement, type ReactNode } from "react";
import { ContainerRow } from "./ContainerRow";
import type { ContainerFilter, ContainerOrder } from "./filter";
import css from "./ContainerGrid.module.css";

const ROW_HEIGHT = 36;
/** Room for the bar that scrolls sideways. */
const SCROLLBAR = 16;
/** Rows beyond each edge of what is visible: their figures change as well, so they cost as much as those that are seen. */
const BEYOND = 3;

/** Only the rows on screen exist; each listens to the figures of its own container. */
export function ContainerGrid({ items, filter, onFilter }: {
  items: readonly StackContainer[];
  filter: ContainerFilter;
  onFilter: (change: Partial<ContainerFilter>) => void;
}): ReactElement {
  const { t } = useLingui();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: items.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_HEIGHT, overscan: BEYOND });
  const head = (by: ContainerOrder, title: string, extra?: string) => <Head by={by} filter={filter} onFilter={onFilter} extra={extra}>{title}</Head>;
  return (
    <div className={css.scroller} style={{ height: `min(100dvh - 12.5rem, ${virtual.getTotalSize() + ROW_HEIGHT + SCROLLBAR}px)` }} ref={scroller} tabIndex={0} role="region" aria-label={t`Containers`}>
      <div role="table" aria-label={t`Containers`} aria-rowcount={items.length + 1} className={css.table}>
        <div role="rowgroup">
          <div role="row" aria-rowindex={1} className={classes(css.row, css.head)}>
            {head("name", t`Name`)}
            {head("stack", t`Stack`)}
            {head("state", t`State`)}
            <span role="columnheader" className={css.optional}>{t`Image`}</span>
            {head("cpu", t`CPU`, css.numeric)}
            {head("memory", t`Memory`, css.numeric)}
            <span role="columnheader" className={classes(css.spacious, css.numeric)}>{t`Network in, out`}</span>
            {head("restarts", t`Restarts`, classes(css.optional, css.numeric))}
            <span role="columnheader" className={css.optional}>{t`Started`}</span>
            <span role="columnheader"><span className="visually-hidden">{t`Actions`}</span></span>
          </div>
        </div>
        <div role="rowgroup" className={css.body} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((place) => {
            const item = items[place.index];
            return item === undefined ? null : <ContainerRow key={item.container.container_id} item={item} index={place.index + 2} top={place.start} />;
          })}
        </div>
      </div>
    </div>
  );
}

function Head({ by, filter, onFilter, extra, children }: {
  by: ContainerOrder;
  filter: ContainerFilter;
  onFilter: (change: Partial<ContainerFilter>) => void;
  extra: string | undefined;
  children: ReactNode;
}): ReactElement {
  const active = (filter.sort ?? "stack") === by;
  const descending = active && filter.descending === true;
  const figure = by === "cpu" || by === "memory" || by === "restarts";
  return (
    <span role="columnheader" aria-sort={active ? (descending ? "descending" : "ascending") : undefined} className={extra}>
      <button type="button" className={css.sort} onClick={() => onFilter({ sort: by, descending: active ? !descending : figure })}>
        {children}
        {active && (descending ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
      </button>
    </span>
  );
}
