import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Trans } from "@lingui/react/macro";
import { useState, type FormEvent, type ReactElement } from "react";
import { NewPasswordField } from "./NewPasswordField";
import { isAbout, refusalAt, useRefusedForm } from "./refusal";
import { accept, useSignIn } from "./sign_in";
import css from "./SignIn.module.css";

/** Accepts an invitation with a password. */
export function InvitationForm({ invitation }: { invitation: string }): ReactElement {
  const [password, setPassword] = useState("");
  const accepting = useSignIn(accept);
  const form = useRefusedForm(accepting.error);
  const change = (next: string) => {
    setPassword(next);
    if (accepting.isError) accepting.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accepting.mutate({ invitation, password });
  };
  return (
    <form ref={form} className={css.form} onSubmit={submit}>
      <p><Trans>You have been invited to this installation. From now on you sign in with the name that you were told and the password that you choose here.</Trans></p>
      <NewPasswordField label={<Trans>Password</Trans>} autoFocus error={refusalAt(accepting.error, "weak-password")} value={password} onChange={change} />
      {accepting.isError && !isAbout(accepting.error, ["weak-password"]) && <ProblemNote error={accepting.error} />}
      <Button type="submit" look="primary" busy={accepting.isPending}><Trans>Set the password</Trans></Button>
    </form>
  );
}
