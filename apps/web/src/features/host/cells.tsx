import type { ObjectUser, Owner, Prunable } from "@/api/generated";
import { Said } from "@/text/said";
import { shortId } from "@/text/sizes";
import { Chip, Mark } from "@/ui/Chip";
import { Code } from "@/ui/Copy";
import { Hint } from "@/ui/Button";
import { classes } from "@/ui/classes";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import css from "./cells.module.css";

/** Users shown in a row; the rest is counted. */
const SHOWN = 3;

/** A name; the ids that the engine gives to what nobody named are cut: the whole is in the title, and what is copied. */
export function ObjectName({ name, children }: { name: string; children?: ReactNode }): ReactElement {
  const id = /^[0-9a-f]{64}$/.test(name);
  return <span className={css.name}>{id ? <Code whole={name}>{`${shortId(name)}…`}</Code> : name} {children}</span>;
}

/** The containers that use an object, with the state of each. */
export function Users({ users }: { users: readonly ObjectUser[] }): ReactElement {
  if (users.length === 0) return <span className={css.soft}><Trans>nobody</Trans></span>;
  return (
    <ul className={css.users}>
      {users.slice(0, SHOWN).map((user) => (
        <li key={user.container_id} className={css.user}>
          <Mark tone={user.up ? "good" : "calm"} />
          <Link to="/containers/$containerId" params={{ containerId: user.container_id }} className={css.link} title={user.name}><span>{user.name}</span></Link>
        </li>
      ))}
      {users.length > SHOWN && <li className={css.soft}><Trans>and {users.length - SHOWN} more</Trans></li>}
    </ul>
  );
}

/** Whose it is. */
export function OwnerName({ owner }: { owner: Owner }): ReactElement {
  const { t } = useLingui();
  if (owner.kind === "stack" && owner.stack_id !== null) {
    return <Link to="/stacks/$stackId" params={{ stackId: owner.stack_id }} className={css.whole}>{owner.stack_name ?? owner.stack_id}</Link>;
  }
  const words = {
    stack: owner.stack_name ?? "–",
    spoofed: t`carries our labels, but is not ours`,
    foreign: t`not of Core Monitor`,
    core_monitor: "Core Monitor",
    engine: t`the engine`,
    unknown: t`unknown`,
  };
  return owner.kind === "spoofed" ? <Chip tone="warn">{words.spoofed}</Chip> : <span className={classes(css.soft, css.whole)}>{words[owner.kind]}</span>;
}

/** Whether it may be removed, and why not. */
export function PrunableWord({ prunable }: { prunable: Prunable }): ReactElement {
  const { t } = useLingui();
  const words = { freely: t`yes`, by_name: t`only when chosen`, never: t`no` };
  const word = <span className={classes(css.whole, prunable.when === "never" && css.soft)} tabIndex={prunable.because === null ? undefined : 0}>{words[prunable.when]}</span>;
  return prunable.because === null ? word : <Hint text={<Said message={prunable.because} />}>{word}</Hint>;
}
