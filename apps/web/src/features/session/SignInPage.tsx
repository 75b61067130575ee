import { Brand } from "@/app/Brand";
import { LanguageSwitch } from "@/app/LanguageSwitch";
import { useTitleOf } from "@/ui/title";
import { Trans } from "@lingui/react/macro";
import { useRef, type ReactElement } from "react";
import { SignInForm } from "./SignInForm";
import css from "./SignIn.module.css";

export function SignInPage(): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useTitleOf(heading);
  return (
    <main className={css.page}>
      <div className={css.card}>
        <Brand />
        <h1 ref={heading} className={css.title}><Trans>Sign in</Trans></h1>
        <SignInForm />
        <LanguageSwitch />
      </div>
    </main>
  );
}
