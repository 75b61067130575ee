import { ProblemText } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Input } from "@/ui/Field";
import { FloatingBar } from "@/ui/FloatingBar";
import { Trans, useLingui } from "@lingui/react/macro";
import { Rocket, Save } from "lucide-react";
import { useId, type FormEvent, type ReactElement, type ReactNode } from "react";
import css from "./CreateBar.module.css";

/** Name of the new stack, and the two ways on: save it, or save it and see what applying it would do. */
export function CreateBar({ name, onName, placeholder, saving, error, extra, disabledReason, onSave }: {
  name: string;
  onName: (name: string) => void;
  /** The name that is used if none is given. */
  placeholder?: string | undefined;
  saving: boolean;
  error: Error | null;
  extra?: ReactNode;
  disabledReason?: ReactNode;
  onSave: (plan: boolean) => void;
}): ReactElement {
  const { t } = useLingui();
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave(false);
  };
  return (
    <FloatingBar label={t`Save the new stack`} note={error === null ? undefined : <div role="alert"><ProblemText error={error} /></div>}>
      <form className={css.form} onSubmit={submit}>
        <label className={css.name} htmlFor={id}>
          <Trans>Name of the stack</Trans>
          <Input id={id} mono value={name} onValueChange={onName} placeholder={placeholder} maxLength={63} autoComplete="off" spellCheck={false} />
        </label>
        <span className={css.buttons}>
          {extra}
          <Button type="submit" icon={<Save size={14} />} busy={saving} disabledReason={disabledReason}><Trans>Save</Trans></Button>
          <Button look="primary" icon={<Rocket size={14} />} busy={saving} disabledReason={disabledReason} onClick={() => onSave(true)}><Trans>Save and plan…</Trans></Button>
        </span>
      </form>
    </FloatingBar>
  );
}
