import { Brand } from "@/app/Brand";
import { LanguageSwitch } from "@/app/LanguageSwitch";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { SignInForm } from "./SignInForm";
import css from "./SignIn.module.css";

export function SignInPage(): ReactElement {
  return (
    <main className={css.page}>
      <div className={css.card}>
        <Brand />
        <h1 className={css.title}><Trans>Sign in</Trans></h1>
        <SignInForm />
        <LanguageSwitch />
      </div>
    </main>
  );
}
