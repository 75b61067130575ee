import type { PolicyRule, Role } from "@/api/generated";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Checkbox, Field, Input } from "@/ui/Field";
import { Radio, RadioGroup } from "@/ui/Radio";
import { Trans, useLingui } from "@lingui/react/macro";
import { useId, useState, type FormEvent, type ReactElement } from "react";
import css from "../tokens/Tokens.module.css";
import { ROLE_NAMES, ROLES } from "../tokens/words";
import { AllowanceFields } from "./AllowanceFields";
import { FIRST_RULE, formOf, ruleOf, type RuleForm } from "./form";
import { PRESET_NAMES, PRESETS } from "./words";

/** Describes a rule. It becomes part of the draft; nothing is sent. */
export function RuleDialog({ rule, number, onDone, onClose }: {
  /** Undefined for a new one. */
  rule: PolicyRule | undefined;
  /** Its place, from 1. */
  number: number;
  onDone: (rule: PolicyRule) => void;
  onClose: () => void;
}): ReactElement {
  const { t } = useLingui();
  const id = useId();
  const [form, setForm] = useState(() => formOf(rule ?? FIRST_RULE));
  const change = (part: Partial<RuleForm>) => setForm({ ...form, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onDone(ruleOf(form));
  };
  return (
    <Dialog
      open
      keepOpen
      onClose={onClose}
      title={rule === undefined ? t`New rule` : t`Rule ${number}`}
      description={t`It does not count until the policy is saved.`}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" form={id} look="primary">{rule === undefined ? <Trans>Add the rule</Trans> : <Trans>Change the rule</Trans>}</Button>
        </>
      }
    >
      <form id={id} className={css.form} onSubmit={submit}>
        <RoleFields value={form.roles} onChange={(roles) => change({ roles })} />
        <Field
          label={<Trans>Stacks</Trans>}
          help={<Trans>Their names, with commas or spaces between them; <code>*</code> stands for any characters. Leave it empty for every stack.</Trans>}
        >
          <Input mono value={form.stacks} onValueChange={(stacks) => change({ stacks })} autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </Field>
        <div className={css.group}>
          <h3><Trans>What is allowed</Trans></h3>
          <RadioGroup label={t`What is allowed`} value={form.preset} onChange={(preset) => change({ preset })}>
            {PRESET_NAMES.map((preset) => <Radio key={preset} value={preset} help={t(PRESETS[preset].about)}>{t(PRESETS[preset].name)}</Radio>)}
          </RadioGroup>
        </div>
        <AllowanceFields allow={form.allow} onChange={(allow) => change({ allow })} />
      </form>
    </Dialog>
  );
}

function RoleFields({ value, onChange }: { value: readonly Role[]; onChange: (roles: Role[]) => void }): ReactElement {
  const { t } = useLingui();
  return (
    <fieldset className={css.group}>
      <legend><Trans>Roles</Trans></legend>
      <p className={css.soft}><Trans>If none is checked, it is for everybody.</Trans></p>
      {ROLE_NAMES.map((role) => (
        <Checkbox key={role} checked={value.includes(role)} onChange={(on) => onChange(on ? [...value, role] : value.filter((one) => one !== role))}>
          {t(ROLES[role].name)}
        </Checkbox>
      ))}
    </fieldset>
  );
}
