import { ButtonLink } from "@/app/ButtonLink";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { UserRoundCheck } from "lucide-react";
import type { ReactElement } from "react";
import { sessionQuery } from "./api";
import { linkKind } from "./secret_link";
import { useSignOut } from "./useSignOut";

/** An invitation, or the link for the first user, opened in a browser in which somebody is signed in. */
export function SignedInAlready(): ReactElement {
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  const signOut = useSignOut();
  const name = session?.actor.name ?? "";
  return (
    <Page>
      <Empty
        page
        icon={<UserRoundCheck size={28} />}
        title={<Trans>You are signed in as {name}</Trans>}
        actions={
          <>
            <ButtonLink to="/"><Trans>Stay signed in</Trans></ButtonLink>
            <Button onClick={() => void signOut()}><Trans>Sign out and go on</Trans></Button>
          </>
        }
      >
        {linkKind() === "invitation" ? (
          <Trans>This link is an invitation: whoever opens it chooses the password of the invited user. To accept it in this browser, sign out first. It can still be used afterwards.</Trans>
        ) : (
          <Trans>This link is for creating the first user. To go on with it in this browser, sign out first.</Trans>
        )}
      </Empty>
    </Page>
  );
}
