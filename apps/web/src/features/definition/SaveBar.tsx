import { ProblemText } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Input } from "@/ui/Field";
import { FloatingBar } from "@/ui/FloatingBar";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Rocket, Save } from "lucide-react";
import { useState, type FormEvent, type ReactElement, type ReactNode } from "react";
import { countChanges, type Changes } from "./draft";
import css from "./SaveBar.module.css";

/** Floats over the editor as long as something is not saved. Saving and planning are two steps: saving changes nothing that runs. */
export function SaveBar({ changes, next, comment, onComment, saving, error, refusal, onDiscard, onSave }: {
  /** Null if everything is saved. */
  changes: Changes | null;
  /** The version that saving makes. */
  next: number;
  comment: string;
  onComment: (comment: string) => void;
  saving: boolean;
  error: Error | null;
  refusal: ReactNode | undefined;
  onDiscard: () => void;
  onSave: (plan: boolean) => void;
}): ReactElement | null {
  const { t } = useLingui();
  const [asking, setAsking] = useState(false);
  if (changes === null) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave(false);
  };
  return (
    <FloatingBar label={t`Unsaved changes`} note={error === null ? undefined : <div role="alert"><ProblemText error={error} /></div>}>
      <form className={css.form} onSubmit={submit}>
        <strong className={css.count}>{plural(countChanges(changes), { one: "# unsaved change", other: "# unsaved changes" })}</strong>
        <div className={css.comment}><Input aria-label={t`What has changed, and why`} placeholder={t`What has changed, and why`} maxLength={2000} value={comment} onValueChange={onComment} /></div>
        <span className={css.buttons}>
          <Button look="quiet" onClick={() => setAsking(true)}><Trans>Discard…</Trans></Button>
          <Button type="submit" icon={<Save size={14} />} busy={saving} disabledReason={refusal}><Trans>Save as v{next}</Trans></Button>
          <Button look="primary" icon={<Rocket size={14} />} busy={saving} disabledReason={refusal} onClick={() => onSave(true)}><Trans>Save and plan…</Trans></Button>
        </span>
      </form>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t`Discard the changes?`}
        footer={
          <>
            <Button onClick={() => setAsking(false)}><Trans>Keep editing</Trans></Button>
            <Button look="danger" onClick={() => { setAsking(false); onDiscard(); }}><Trans>Discard</Trans></Button>
          </>
        }
      >
        <p><Trans>These are lost; the saved version stays as it is:</Trans></p>
        <ul>
          {changes.files.map((path) => <li key={path}><code>{path}</code></li>)}
          {changes.variables && <li><Trans>variables</Trans></li>}
          {changes.secrets.map((name) => <li key={name}><Trans>secret <code>{name}</code></Trans></li>)}
        </ul>
      </Dialog>
    </FloatingBar>
  );
}
