import type { ModelChange } from "@/api/generated";
import { Chip } from "@/ui/Chip";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { groupChanges, isHidden, valueText, type ChangeGroup } from "./comparison";
import css from "./ModelChanges.module.css";

/** What differs in the resolved definition, by service, network and volume. */
export function ModelChanges({ changes }: { changes: readonly ModelChange[] }): ReactElement {
  return <ul className={css.groups}>{groupChanges(changes).map((group) => <Group key={group.subject} group={group} />)}</ul>;
}

function Group({ group }: { group: ChangeGroup }): ReactElement {
  return (
    <li className={css.group}>
      <div className={css.head}>
        <code className={css.subject}>{group.subject === "" ? <Trans>the stack</Trans> : group.subject}</code>
        {group.kind === "added" && <Chip tone="good"><Trans>added</Trans></Chip>}
        {group.kind === "removed" && <Chip tone="bad"><Trans>removed</Trans></Chip>}
      </div>
      <dl className={css.changes}>
        {group.changes.map((change) => (
          <div key={change.path} className={css.change}>
            {change.path !== "" && <dt><code>{change.path}</code></dt>}
            <dd><Values change={change} /></dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

function Values({ change }: { change: ChangeGroup["changes"][number] }): ReactElement {
  if (isHidden(change)) return <span className={css.soft}><Trans>differs; values that may be secret are not shown</Trans></span>;
  const { before, after } = change;
  return (
    <span className={css.values}>
      {before !== null && before !== undefined && <del className={css.before}><code>{valueText(before)}</code></del>}
      {after !== null && after !== undefined && <ins className={css.after}><code>{valueText(after)}</code></ins>}
    </span>
  );
}
