import type { User } from "@/api/generated";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Trans, useLingui } from "@lingui/react/macro";
import { useId, useState, type FormEvent, type ReactElement } from "react";
import css from "../tokens/Tokens.module.css";
import { GrantFields } from "./GrantFields";
import { draftsOf, requestsOf } from "./grants";
import { useSetGrants } from "./useUsers";

/** Changes what a user may do. */
export function GrantsDialog({ user, onClose }: { user: User; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const id = useId();
  const [drafts, setDrafts] = useState(() => draftsOf(user.grants));
  const save = useSetGrants();
  const { name } = user;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ name, grants: requestsOf(drafts) }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      keepOpen
      onClose={onClose}
      title={t`What ${name} may do`}
      description={t`It holds from their next request on, and for commands that have not begun.`}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" form={id} look="primary" busy={save.isPending}><Trans>Save</Trans></Button>
        </>
      }
    >
      <form id={id} className={css.form} onSubmit={submit}>
        <GrantFields drafts={drafts} onChange={(next) => { setDrafts(next); if (save.isError) save.reset(); }} />
        {save.isError && <ProblemNote error={save.error} />}
      </form>
    </Dialog>
  );
}
