import { Empty } from "@/ui/Empty";
import { Rows } from "@/ui/Rows";
import { Trans } from "@lingui/react/macro";
import { useEffect, useRef, type ReactElement } from "react";
import { isOutOfReach, moved, without, type PolicyDraft } from "./draft";
import css from "./Policy.module.css";
import { RuleRow, type Deed } from "./RuleRow";

/** The rules in their order, of which the first that fits decides. */
export function RuleList({ draft, onChange, onEdit, onGone }: {
  draft: PolicyDraft;
  onChange: (draft: PolicyDraft) => void;
  onEdit: (key: number) => void;
  /** What had the focus is gone. */
  onGone: () => void;
}): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  // A rule that moves takes the focus along, which the browser drops where an element changes its place.
  const mover = useRef<{ at: number; deed: Deed } | null>(null);
  const { rules } = draft;
  useEffect(() => {
    if (mover.current === null) return;
    const { at, deed } = mover.current;
    mover.current = null;
    list.current?.querySelectorAll("li")[at]?.querySelector<HTMLElement>(`[data-deed=${deed}]`)?.focus();
  });
  const act = (deed: Deed, key: number, at: number) => {
    if (deed === "edit") {
      onEdit(key);
    } else if (deed === "remove") {
      onChange(without(draft, key));
      onGone();
    } else {
      const by = deed === "up" ? -1 : 1;
      mover.current = { at: at + by, deed };
      onChange(moved(draft, key, by));
    }
  };
  return (
    <div className={css.rules} ref={list}>
      {rules.length === 0 ? (
        <Empty title={<Trans>There are no rules</Trans>}><Trans>The preset “Locked” applies to everybody and every stack.</Trans></Empty>
      ) : (
        <Rows ordered>
          {rules.map(({ key, rule }, at) => (
            <RuleRow key={key} rule={rule} number={at + 1} last={at === rules.length - 1} outOfReach={isOutOfReach(rules, at)} onDo={(deed) => act(deed, key, at)} />
          ))}
        </Rows>
      )}
    </div>
  );
}
