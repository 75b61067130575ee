import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { classes } from "./classes";
import css from "./Menu.module.css";

export interface MenuEntry {
  /** Unique in its menu. */
  id: string;
  label: ReactNode;
  icon?: ReactNode;
  danger?: boolean;
  /** Why it cannot be chosen now; shown below its label. */
  disabledReason?: ReactNode;
  onSelect: () => void;
}

/** A menu on a button. What destroys something comes last. */
export function Menu({ trigger, entries }: { trigger: ReactElement<Record<string, unknown>>; entries: readonly MenuEntry[] }): ReactElement {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={css.positioner} sideOffset={4} align="end">
          <Base.Popup className={css.popup}>
            {entries.map((entry) => {
              const off = entry.disabledReason !== undefined && entry.disabledReason !== null;
              return (
                <Base.Item
                  key={entry.id}
                  className={classes(css.item, entry.danger === true && css.danger, off && css.off)}
                  aria-disabled={off || undefined}
                  closeOnClick={!off}
                  onClick={() => { if (!off) entry.onSelect(); }}
                >
                  <span className={css.icon}>{entry.icon}</span>
                  <span>
                    {entry.label}
                    {off && <span className={css.reason}>{entry.disabledReason}</span>}
                  </span>
                </Base.Item>
              );
            })}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
