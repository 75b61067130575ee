import type { Account } from "@/api/generated";
import { showAccountOptions } from "@/api/generated/@tanstack/react-query.gen";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import css from "../Settings.module.css";
import { Rights } from "../tokens/TokenRow";
import tokens from "../tokens/Tokens.module.css";
import { ROLES } from "../tokens/words";
import { PasswordDialog } from "./PasswordDialog";
import { RemoveTotpDialog } from "./RemoveTotpDialog";
import { TotpDialog } from "./TotpDialog";

/** Who is signed in, what they may do, and how they sign in. */
export function AccountPanel(): ReactElement {
  const { t } = useLingui();
  const account = useQuery(showAccountOptions());
  return (
    <Panel id="account" title={<Trans>Your account</Trans>}>
      {account.isError ? <ProblemNote error={account.error} /> : account.data === undefined ? <Skeleton label={t`Loading`} /> : <Shown account={account.data} />}
    </Panel>
  );
}

function Shown({ account: { actor, grants, totp, provider } }: { account: Account }): ReactElement {
  const { t } = useLingui();
  const name = <strong>{actor.name}</strong>;
  return (
    <div className={css.form}>
      <p>{totp === null ? <Trans>You are signed in with the token {name}.</Trans> : <Trans>You are signed in as {name}.</Trans>}</p>
      {grants.map((grant, at) => (
        <div key={at} className={tokens.parts}>
          <Chip mark={false}>{t(ROLES[grant.role].name)}</Chip>
          <Rights token={grant} />
        </div>
      ))}
      {provider !== null ? (
        <p><Trans>You sign in with the provider {provider}. Your password and a second factor are changed there.</Trans></p>
      ) : (
        totp !== null && <SignIn totp={totp} />
      )}
    </div>
  );
}

function SignIn({ totp }: { totp: boolean }): ReactElement {
  const [open, setOpen] = useState<"password" | "codes" | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <p>{totp ? <Trans>Signing in takes a one-time code besides the password.</Trans> : <Trans>Signing in takes the password alone. A one-time code besides it protects you when somebody learns it.</Trans>}</p>
      <div className={tokens.parts}>
        <Button onClick={() => setOpen("password")}><Trans>Change the password…</Trans></Button>
        <Button onClick={() => setOpen("codes")}>{totp ? <Trans>Switch off one-time codes…</Trans> : <Trans>Set up one-time codes…</Trans>}</Button>
      </div>
      {open === "password" && <PasswordDialog onClose={close} />}
      {open === "codes" && (totp ? <RemoveTotpDialog onClose={close} /> : <TotpDialog onClose={close} />)}
    </>
  );
}
