import { ButtonLink } from "@/app/ButtonLink";
import { Empty } from "@/ui/Empty";
import { Trans } from "@lingui/react/macro";
import { Lock } from "lucide-react";
import type { ReactElement } from "react";

/** In place of what somebody may not see: what it takes, and who can grant it. `page` if it is all there is on the page. */
export function NotAllowed({ why, page }: { why: string; page?: boolean }): ReactElement {
  return (
    <Empty
      page={page === true}
      icon={<Lock size={28} />}
      title={<Trans>You may not use this page</Trans>}
      actions={<ButtonLink to="/settings" hash="account"><Trans>What you may do</Trans></ButtonLink>}
    >
      {why} <Trans>An administrator can grant it to you in the settings, under “Users”.</Trans>
    </Empty>
  );
}
