import { Button } from "@/ui/Button";
import { Field, Input, Switch, TextArea } from "@/ui/Field";
import { Radio, RadioGroup } from "@/ui/Radio";
import { Trans, useLingui } from "@lingui/react/macro";
import { Dices } from "lucide-react";
import { useState, type ReactElement } from "react";
import { generated, type Draft } from "./draft";
import css from "./Secrets.module.css";

/** What a secret is for, and which stacks may use it. */
export function DraftFields({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }): ReactElement {
  const { t } = useLingui();
  return (
    <>
      <Field label={<Trans>What it is for</Trans>}>
        <Input value={draft.description} maxLength={500} onValueChange={(description) => onChange({ ...draft, description })} />
      </Field>
      <RadioGroup label={t`Stacks that may use it`} value={draft.scope} onChange={(scope) => onChange({ ...draft, scope })}>
        <Radio value="all" help={t`Also those that are created later.`}><Trans>All stacks may use it</Trans></Radio>
        <Radio value="some"><Trans>Only some stacks</Trans></Radio>
      </RadioGroup>
      {draft.scope === "some" && (
        <Field label={<Trans>Names of the stacks</Trans>} help={<Trans>One per line, or with commas between them. <code>*</code> stands for any characters.</Trans>}>
          <TextArea mono rows={3} required value={draft.patterns} onChange={(event) => onChange({ ...draft, patterns: event.target.value })} />
        </Field>
      )}
    </>
  );
}

/** A value that is typed or generated. Of several lines it is typed in the open, since no browser hides them. */
export function ValueField({ value, onChange }: { value: string; onChange: (value: string) => void }): ReactElement {
  const [lines, setLines] = useState(false);
  return (
    <>
      <Field label={<Trans>Value</Trans>} help={<Trans>It is stored encrypted.</Trans>}>
        {lines ? (
          <TextArea mono rows={6} required autoComplete="off" value={value} onChange={(event) => onChange(event.target.value)} />
        ) : (
          <Input mono type="password" required autoComplete="new-password" spellCheck={false} value={value} onValueChange={onChange} />
        )}
      </Field>
      <div className={css.ways}>
        <Button small icon={<Dices size={14} />} onClick={() => { setLines(false); onChange(generated()); }}><Trans>Generate a value</Trans></Button>
        <Switch checked={lines} onChange={setLines}><Trans>Several lines, such as a key file</Trans></Switch>
      </div>
    </>
  );
}
