import css from "@/features/create/CreateBar.module.css";
import { ProblemText } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Input } from "@/ui/Field";
import { FloatingBar } from "@/ui/FloatingBar";
import { Trans, useLingui } from "@lingui/react/macro";
import { Save } from "lucide-react";
import type { FormEvent, ReactElement, ReactNode } from "react";
import own from "../Templates.module.css";

/** Name, comment and the button that saves, in view while one writes. */
export function TemplateSaveBar({ name, onName, comment, onComment, saving, error, disabledReason, onSave, children }: {
  name: string;
  /** Left out where it has its name already. */
  onName?: (name: string) => void;
  comment: string;
  onComment: (comment: string) => void;
  saving: boolean;
  error: Error | null;
  disabledReason?: ReactNode;
  onSave: () => void;
  /** What the button says. */
  children: ReactNode;
}): ReactElement {
  const { t } = useLingui();
  const what = onName === undefined ? t`What has changed, and why` : t`Comment`;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (disabledReason === undefined) onSave();
  };
  return (
    <FloatingBar label={t`Save the template`} note={error === null ? undefined : <div role="alert"><ProblemText error={error} /></div>}>
      <form className={css.form} onSubmit={submit}>
        {onName !== undefined && (
          <label className={css.name}>
            <Trans>Name of the template</Trans>
            <Input mono value={name} onValueChange={onName} required maxLength={40} pattern="[a-z0-9][a-z0-9_\-]*" placeholder={t`such as preview`} autoComplete="off" spellCheck={false} />
          </label>
        )}
        <Input className={own.comment} aria-label={what} placeholder={what} maxLength={2000} value={comment} onValueChange={onComment} />
        <Button type="submit" look="primary" icon={<Save size={14} />} busy={saving} disabledReason={disabledReason}>{children}</Button>
      </form>
    </FloatingBar>
  );
}
