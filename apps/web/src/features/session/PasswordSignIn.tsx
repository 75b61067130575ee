import { isProblem } from "@/api/problem";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Field, Input } from "@/ui/Field";
import { Trans } from "@lingui/react/macro";
import { useState, type FormEvent, type ReactElement } from "react";
import { isAbout, refusalAt, useRefusedForm } from "./refusal";
import { signInAs, useSignIn, type Credentials } from "./sign_in";
import css from "./SignIn.module.css";

/** Problems that the code field shows, or that it answers. */
const ABOUT_CODE = ["wrong-code", "code-needed"];

/** Asks for name and password, and for a one-time code where the server wants one. */
export function PasswordSignIn({ name = "" }: { name?: string }): ReactElement {
  const [typed, setTyped] = useState<Credentials>({ name, password: "", code: null });
  const signIn = useSignIn(signInAs);
  const form = useRefusedForm(signIn.error);
  const change = (part: Partial<Credentials>) => {
    setTyped({ ...typed, ...part });
    if (signIn.isError) signIn.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate(typed, {
      onError: (error) => {
        // A code is valid once: the next attempt takes another one.
        if (ABOUT_CODE.some((code) => isProblem(error, code))) setTyped({ ...typed, code: "" });
      },
    });
  };
  return (
    <form ref={form} className={css.form} onSubmit={submit}>
      {/* A code belongs to the name and the password that it was asked for. */}
      <Field label={<Trans>Name</Trans>}>
        <Input name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus={name === ""} value={typed.name} onValueChange={(next) => change({ name: next, code: null })} required />
      </Field>
      <Field label={<Trans>Password</Trans>}>
        <Input type="password" name="password" autoComplete="current-password" autoFocus={name !== ""} value={typed.password} onValueChange={(next) => change({ password: next, code: null })} required />
      </Field>
      {typed.code !== null && <CodeField value={typed.code} error={signIn.error} onChange={(code) => change({ code })} />}
      {signIn.isError && !isAbout(signIn.error, ABOUT_CODE) && <ProblemNote error={signIn.error} />}
      <Button type="submit" look="primary" busy={signIn.isPending}><Trans>Sign in</Trans></Button>
    </form>
  );
}

function CodeField({ value, error, onChange }: { value: string; error: Error | null; onChange: (code: string) => void }): ReactElement {
  return (
    <Field label={<Trans>One-time code</Trans>} help={<Trans>The six digits that your authenticator app shows now.</Trans>} error={refusalAt(error, "wrong-code")}>
      <Input name="code" autoComplete="one-time-code" inputMode="numeric" mono autoFocus value={value} onValueChange={onChange} required />
    </Field>
  );
}
