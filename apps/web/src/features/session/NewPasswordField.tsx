import { Checkbox, Field, Input } from "@/ui/Field";
import { Trans } from "@lingui/react/macro";
import { useState, type ReactElement, type ReactNode } from "react";

/** As the server counts them. */
const LEAST = 12;
const MOST = 512;

/** A password that is chosen. It can be looked at, which prevents more mistakes than typing it twice. */
export function NewPasswordField({ label, value, error, autoFocus = false, onChange }: {
  label: ReactNode;
  value: string;
  error?: ReactNode;
  autoFocus?: boolean;
  onChange: (password: string) => void;
}): ReactElement {
  const [shown, setShown] = useState(false);
  return (
    <>
      <Field label={label} error={error} help={<Trans>At least {LEAST} characters. A few words that nobody else would put together are easy to remember and hard to guess.</Trans>}>
        <Input type={shown ? "text" : "password"} name="new-password" autoComplete="new-password" autoCapitalize="none" spellCheck={false} autoFocus={autoFocus} minLength={LEAST} maxLength={MOST} value={value} onValueChange={onChange} required />
      </Field>
      <Checkbox checked={shown} onChange={setShown}><Trans>Show what I type</Trans></Checkbox>
    </>
  );
}
