import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Field, Input } from "@/ui/Field";
import { Trans } from "@lingui/react/macro";
import { useState, type FormEvent, type ReactElement } from "react";
import { NewPasswordField } from "./NewPasswordField";
import { isAbout, refusalAt, useRefusedForm } from "./refusal";
import { createFirstUser, useSignIn } from "./sign_in";
import css from "./SignIn.module.css";

const AT_FIELDS = ["invitation-invalid", "user_name_invalid", "weak-password"];

/** Creates the first user, with the token that only the host of the server shows. */
export function SetupForm({ token = "" }: { token?: string }): ReactElement {
  const [typed, setTyped] = useState({ token, name: "", password: "" });
  const setUp = useSignIn(createFirstUser);
  const form = useRefusedForm(setUp.error);
  const change = (part: Partial<typeof typed>) => {
    setTyped({ ...typed, ...part });
    if (setUp.isError) setUp.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setUp.mutate(typed);
  };
  return (
    <form ref={form} className={css.form} onSubmit={submit}>
      <p><Trans>There is no user yet. The first one is an administrator, and can invite others.</Trans></p>
      <Field
        label={<Trans>Setup token</Trans>}
        help={<Trans>It is in the file <code>setup-token</code> in the server’s data folder.</Trans>}
        error={refusalAt(setUp.error, "invitation-invalid")}
      >
        <Input name="setup-token" autoComplete="off" mono spellCheck={false} autoFocus={token === ""} value={typed.token} onValueChange={(next) => change({ token: next })} required />
      </Field>
      <Field label={<Trans>Name</Trans>} help={<Trans>You sign in with it.</Trans>} error={refusalAt(setUp.error, "user_name_invalid")}>
        <Input name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus={token !== ""} maxLength={64} value={typed.name} onValueChange={(next) => change({ name: next })} required />
      </Field>
      <NewPasswordField label={<Trans>Password</Trans>} error={refusalAt(setUp.error, "weak-password")} value={typed.password} onChange={(next) => change({ password: next })} />
      {setUp.isError && !isAbout(setUp.error, AT_FIELDS) && <ProblemNote error={setUp.error} />}
      <Button type="submit" look="primary" busy={setUp.isPending}><Trans>Create the first user</Trans></Button>
    </form>
  );
}
