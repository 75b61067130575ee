import { Brand } from "@/app/Brand";
import { LanguageSwitch } from "@/app/LanguageSwitch";
import { Notice } from "@/ui/Notice";
import { useTitleOf } from "@/ui/title";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState, useSyncExternalStore, type ReactElement, type ReactNode } from "react";
import { setupQuery } from "./api";
import { FromProvider } from "./FromProvider";
import { InvitationForm } from "./InvitationForm";
import { OrToken } from "./OrToken";
import { providerQuery } from "./provider";
import { ProviderSignIn } from "./ProviderSignIn";
import { linkKind, secretLink } from "./secret_link";
import { SetupForm } from "./SetupForm";
import { SignInForm } from "./SignInForm";
import css from "./SignIn.module.css";

/** What is shown to whom nobody knows yet: the way in, by an account, a token or a provider, by an invitation, or as the first user. */
export function SignInPage(): ReactElement | null {
  const setup = useQuery(setupQuery);
  const provider = useQuery(providerQuery);
  const link = useSyncExternalStore(secretLink.subscribe, secretLink.read);
  if (linkKind() === "invitation") return <Invitation secret={link?.kind === "invitation" ? link.secret : null} />;
  if (linkKind() === "provider") return <Card title={<Trans>Sign in</Trans>}><FromProvider answer={link?.kind === "provider" ? link.secret : null} /></Card>;
  // One form in place of another would take away what somebody has begun to type.
  if (setup.isPending || provider.isPending) return null;
  if (setup.data?.open === true) return <FirstUser {...(link?.kind === "setup" && { token: link.secret })} />;
  return (
    <Card title={<Trans>Sign in</Trans>}>
      {setup.data !== undefined && linkKind() === "setup" && <Notice tone="calm"><Trans>There is a first user already. Sign in, or ask an administrator for an invitation.</Trans></Notice>}
      <SignInForm />
    </Card>
  );
}

function FirstUser({ token }: { token?: string }): ReactElement {
  const [byToken, setByToken] = useState(false);
  return (
    <Card title={byToken ? <Trans>Sign in</Trans> : <Trans>Create the first user</Trans>}>
      <OrToken byToken={byToken} onSwitch={setByToken} back={<Trans>Create the first user instead</Trans>}>
        <SetupForm key={token} {...(token !== undefined && { token })} />
        <ProviderSignIn />
      </OrToken>
    </Card>
  );
}

function Invitation({ secret }: { secret: string | null }): ReactElement {
  return (
    <Card title={<Trans>Choose your password</Trans>}>
      {secret === null ? (
        <Notice tone="warn"><Trans>The address has no invitation in it any more. Open the link that you were given once more.</Trans></Notice>
      ) : <InvitationForm key={secret} invitation={secret} />}
      <p><a href="/"><Trans>I have a password already</Trans></a></p>
    </Card>
  );
}

function Card({ title, children }: { title: ReactNode; children: ReactNode }): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useTitleOf(heading);
  return (
    <main className={css.page}>
      <div className={css.card}>
        <Brand />
        <h1 ref={heading} className={css.title}>{title}</h1>
        {children}
        <LanguageSwitch />
      </div>
    </main>
  );
}
