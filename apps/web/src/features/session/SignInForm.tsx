import { Trans } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import { OrToken } from "./OrToken";
import { PasswordSignIn } from "./PasswordSignIn";
import { ProviderSignIn } from "./ProviderSignIn";

/** Signs in the way one has signed in before, unless one wants another one. */
export function SignInForm({ byToken: before = false, name }: { byToken?: boolean; name?: string }): ReactElement {
  const [byToken, setByToken] = useState(before);
  return (
    <OrToken byToken={byToken} onSwitch={setByToken} back={<Trans>Sign in with a password instead</Trans>}>
      <PasswordSignIn {...(name !== undefined && { name })} />
      <ProviderSignIn />
    </OrToken>
  );
}
