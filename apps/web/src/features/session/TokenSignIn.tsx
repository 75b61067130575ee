import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Field, Input } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent, type ReactElement } from "react";
import { openSession } from "./api";
import { useSignIn } from "./sign_in";
import css from "./SignIn.module.css";

/** Asks for a token and makes it a session. The token goes to the server once and is kept nowhere in the page. */
export function TokenSignIn(): ReactElement {
  const { t } = useLingui();
  const [token, setToken] = useState("");
  const signIn = useSignIn(openSession);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== "") signIn.mutate(token);
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <Field
        label={t`Token`}
        help={<Trans>The first start of the server writes one to the file <code>admin-token</code> in its data folder.</Trans>}
      >
        {/* A field for passwords, so that the browser's password manager can keep it and nobody reads it over a shoulder. */}
        <Input type="password" name="token" autoComplete="current-password" mono autoFocus value={token} onValueChange={setToken} required />
      </Field>
      {signIn.isError && <ProblemNote error={signIn.error} />}
      <Button type="submit" look="primary" busy={signIn.isPending}><Trans>Sign in</Trans></Button>
    </form>
  );
}
