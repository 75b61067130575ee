import type { PolicyAllowance, PolicyRule } from "@/api/generated";
import { Button, IconButton } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Row, RowLine, RowNote } from "@/ui/Rows";
import { Trans, useLingui } from "@lingui/react/macro";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactElement } from "react";
import { ROLES } from "../tokens/words";
import css from "./Policy.module.css";
import { PRESETS, RESTRICTIONS } from "./words";

export type Deed = "edit" | "up" | "down" | "remove";

/** One rule in words: who it is for, in which stacks, and what it allows. */
export function RuleRow({ rule, number, last, outOfReach, onDo }: {
  rule: PolicyRule;
  /** Its place, from 1. */
  number: number;
  last: boolean;
  outOfReach: boolean;
  onDo: (deed: Deed) => void;
}): ReactElement {
  const { t } = useLingui();
  const { name, about } = PRESETS[rule.preset];
  return (
    <Row
      lead={<span className={css.number}>{number}</span>}
      actions={
        <>
          <IconButton small data-deed="up" label={t`Move rule ${number} up`} icon={<ArrowUp size={14} />} disabledReason={number === 1 ? t`It is the first one already` : undefined} onClick={() => onDo("up")} />
          <IconButton small data-deed="down" label={t`Move rule ${number} down`} icon={<ArrowDown size={14} />} disabledReason={last ? t`It is the last one already` : undefined} onClick={() => onDo("down")} />
          <Button small aria-label={t`Edit rule ${number}`} onClick={() => onDo("edit")}><Trans>Edit</Trans></Button>
          <Button small aria-label={t`Remove rule ${number}`} onClick={() => onDo("remove")}><Trans>Remove</Trans></Button>
        </>
      }
    >
      <RowLine>
        <strong>{rule.roles.length === 0 ? <Trans>Everybody</Trans> : rule.roles.map((role) => t(ROLES[role].name)).join(", ")}</strong>
        <Stacks patterns={rule.stacks} />
        <Chip tone={rule.preset === "open" ? "warn" : "calm"}>{t(name)}</Chip>
      </RowLine>
      <RowNote>{t(about)}</RowNote>
      {rule.allow.length > 0 && (
        <>
          <RowLine><Trans>Instead of the preset, it allows:</Trans></RowLine>
          {rule.allow.map((allowance) => <Exception key={allowance.what} allowance={allowance} />)}
        </>
      )}
      {outOfReach && <RowNote><Trans>It never decides: a rule above is for everybody and every stack.</Trans></RowNote>}
    </Row>
  );
}

/** So many patterns or values are shown of up to some hundred. */
const SHOWN = 8;

function Stacks({ patterns }: { patterns: readonly string[] }): ReactElement {
  const more = patterns.length - SHOWN;
  if (patterns.length === 0) return <Trans>in every stack</Trans>;
  return (
    <>
      <Trans>in the stacks</Trans>
      {patterns.slice(0, SHOWN).map((pattern) => <code key={pattern}>{pattern}</code>)}
      {more > 0 && <Trans>and {more} more</Trans>}
    </>
  );
}

function Exception({ allowance: { what, values } }: { allowance: PolicyAllowance }): ReactElement {
  const { t } = useLingui();
  const name = t(RESTRICTIONS[what].name);
  const more = values.length - SHOWN;
  return (
    <RowLine>
      <Trans>{name}:</Trans>
      {values.length === 0 && <Trans>nothing</Trans>}
      {values.slice(0, SHOWN).map((value) => <code key={value} className={css.values}>{value}</code>)}
      {more > 0 && <Trans>and {more} more</Trans>}
    </RowLine>
  );
}
