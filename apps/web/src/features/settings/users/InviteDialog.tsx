import { isAbout, refusalAt } from "@/features/session/refusal";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field, Input } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useId, useRef, useState, type FormEvent, type ReactElement } from "react";
import { leadTo } from "../tokens/TokenForm";
import css from "../tokens/Tokens.module.css";
import { GrantFields } from "./GrantFields";
import { firstGrant, requestsOf } from "./grants";
import { InvitationLink } from "./InvitationLink";
import { useInvite } from "./useUsers";

const AT_NAME = ["user-exists", "user_name_invalid"];

/** Describes a user, then shows the link of the invitation. */
export function InviteDialog({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const id = useId();
  const invite = useInvite();
  const invited = invite.data;
  const name = invited?.user.name ?? "";
  // Until the answer is there, it would take the secret with it.
  const leave = () => {
    if (!invite.isPending) onClose();
  };
  return (
    <Dialog
      open
      keepOpen
      onClose={leave}
      title={invited === undefined ? t`Invite a user` : t`${name} is invited`}
      footer={invited === undefined ? (
        <>
          <Button onClick={leave}><Trans>Cancel</Trans></Button>
          <Button type="submit" form={id} look="primary" busy={invite.isPending}><Trans>Invite</Trans></Button>
        </>
      ) : <Button look="primary" onClick={onClose}><Trans>Done</Trans></Button>}
    >
      {invited === undefined ? <InviteForm id={id} invite={invite} /> : <InvitationLink name={name} secret={invited.invitation} />}
    </Dialog>
  );
}

function InviteForm({ id, invite }: { id: string; invite: ReturnType<typeof useInvite> }): ReactElement {
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState("");
  const [drafts, setDrafts] = useState([firstGrant(0)]);
  const { error } = invite;
  useEffect(() => {
    if (error !== null && form.current !== null) leadTo(form.current);
  }, [error]);
  const edited = () => {
    if (invite.isError) invite.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!invite.isPending) invite.mutate({ name: name.trim(), grants: requestsOf(drafts) });
  };
  return (
    <form id={id} ref={form} className={css.form} onSubmit={submit}>
      <Field label={<Trans>Name</Trans>} help={<Trans>They sign in with it: letters, digits and a few signs, such as an e-mail address.</Trans>} error={refusalAt(error, ...AT_NAME)}>
        <Input value={name} onValueChange={(next) => { setName(next); edited(); }} required maxLength={64} autoComplete="off" autoCapitalize="none" spellCheck={false} />
      </Field>
      <GrantFields drafts={drafts} onChange={(next) => { setDrafts(next); edited(); }} />
      {error !== null && !isAbout(error, AT_NAME) && <ProblemNote error={error} />}
    </form>
  );
}
