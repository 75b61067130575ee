import { Button } from "@/ui/Button";
import { Field, Input } from "@/ui/Field";
import { ProblemNote } from "@/text/ProblemNote";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent, type ReactElement } from "react";
import { openSession, sessionQuery } from "./api";
import css from "./SignIn.module.css";

/** Asks for a token and makes it a session. The token goes to the server once and is kept nowhere in the page. */
export function SignInForm(): ReactElement {
  const { t } = useLingui();
  const client = useQueryClient();
  const [token, setToken] = useState("");
  const signIn = useMutation({
    mutationFn: openSession,
    onSuccess: (session) => {
      setToken("");
      client.setQueryData(sessionQuery.queryKey, session);
    },
  });
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
        <Input type="password" name="password" autoComplete="current-password" mono autoFocus value={token} onValueChange={setToken} required />
      </Field>
      {signIn.isError && <ProblemNote error={signIn.error} />}
      <Button type="submit" look="primary" busy={signIn.isPending}><Trans>Sign in</Trans></Button>
    </form>
  );
}
