import { isAbout, useRefusedForm } from "@/features/session/refusal";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field, Input } from "@/ui/Field";
import { Trans } from "@lingui/react/macro";
import { useId, type ReactElement, type ReactNode } from "react";
import css from "../Settings.module.css";

/** A question about the own account, whose answer is sent with the own password. */
export function AccountDialog({ title, description, button, danger = false, busy, error, atFields, onSubmit, onClose, children }: {
  title: string;
  description: string;
  button: ReactNode;
  danger?: boolean;
  busy: boolean;
  error: Error | null;
  /** Codes of refusals that a field shows. */
  atFields: readonly string[];
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}): ReactElement {
  const id = useId();
  const form = useRefusedForm(error);
  return (
    <Dialog
      open
      keepOpen
      onClose={onClose}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" form={id} look={danger ? "danger" : "primary"} busy={busy}>{button}</Button>
        </>
      }
    >
      <form id={id} ref={form} className={css.form} onSubmit={(event) => { event.preventDefault(); onSubmit(); }}>
        {children}
        {error !== null && !isAbout(error, atFields) && <ProblemNote error={error} />}
      </form>
    </Dialog>
  );
}

export function OwnPassword({ label, value, error, onChange }: { label: ReactNode; value: string; error: ReactNode; onChange: (password: string) => void }): ReactElement {
  return (
    <Field label={label} error={error}>
      <Input type="password" name="password" autoComplete="current-password" value={value} onValueChange={onChange} required />
    </Field>
  );
}
