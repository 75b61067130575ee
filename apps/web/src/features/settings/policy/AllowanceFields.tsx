import { Marked } from "@/text/said";
import { Button } from "@/ui/Button";
import { Field, Select, TextArea } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "../tokens/Tokens.module.css";
import { leftOf, withAnother, type AllowanceForm } from "./form";
import { isPattern, RESTRICTION_NAMES, RESTRICTIONS } from "./words";

/** What is allowed instead of what the preset says about it. */
export function AllowanceFields({ allow, onChange }: { allow: readonly AllowanceForm[]; onChange: (allow: AllowanceForm[]) => void }): ReactElement {
  return (
    <div className={css.group}>
      <h3><Trans>Exceptions</Trans></h3>
      <p className={css.soft}><Trans>Each one replaces what the preset says about one thing: only what is listed is allowed of it, whether that is more or less.</Trans></p>
      {allow.map((one, at) => (
        <OneAllowance
          key={one.key}
          number={at + 1}
          allowance={one}
          others={allow.filter((other) => other !== one)}
          onChange={(part) => onChange(allow.map((other) => (other === one ? { ...one, ...part } : other)))}
          onRemove={() => onChange(allow.filter((other) => other !== one))}
        />
      ))}
      {leftOf(allow).length > 0 && <p><Button small onClick={() => onChange(withAnother(allow))}><Trans>Add an exception</Trans></Button></p>}
    </div>
  );
}

function OneAllowance({ number, allowance, others, onChange, onRemove }: {
  number: number;
  allowance: AllowanceForm;
  others: readonly AllowanceForm[];
  onChange: (part: Partial<AllowanceForm>) => void;
  onRemove: () => void;
}): ReactElement {
  const { t } = useLingui();
  const left = new Set(leftOf(others));
  const choices = RESTRICTION_NAMES.filter((what) => left.has(what)).map((what) => ({ value: what, label: t(RESTRICTIONS[what].name) }));
  const { what, values } = allowance;
  return (
    <fieldset className={css.group}>
      <legend><Trans>Exception {number}</Trans></legend>
      <Field label={<Trans>What it is about</Trans>}>
        <Select value={what} choices={choices} onChange={(next) => onChange({ what: next })} />
      </Field>
      <Field
        label={<Trans>Allowed values</Trans>}
        help={<><Marked text={t(RESTRICTIONS[what].about)} /> {isPattern(what) && <Trans><code>*</code> stands for any characters.</Trans>} <Trans>One per line; if there are none, nothing is allowed.</Trans></>}
      >
        <TextArea mono rows={3} value={values} onChange={(event) => onChange({ values: event.target.value })} />
      </Field>
      <p><Button small aria-label={t`Remove exception ${number}`} onClick={onRemove}><Trans>Remove</Trans></Button></p>
    </fieldset>
  );
}
