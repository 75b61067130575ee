import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Trans } from "@lingui/react/macro";
import { useId, type FormEvent, type ReactElement, type ReactNode } from "react";
import css from "./Secrets.module.css";

/** A form over the page, which only its buttons close. */
export function FormDialog({ title, description, save, busy, error, onSubmit, onClose, children }: {
  title: string;
  description?: ReactNode;
  /** What the button says. */
  save: ReactNode;
  busy: boolean;
  error: Error | null;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}): ReactElement {
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onSubmit();
  };
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
          <Button type="submit" form={id} look="primary" busy={busy}>{save}</Button>
        </>
      }
    >
      <form id={id} className={css.form} onSubmit={submit}>
        {children}
        {error !== null && <ProblemNote error={error} />}
      </form>
    </Dialog>
  );
}
