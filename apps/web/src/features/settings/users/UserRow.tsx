import type { User } from "@/api/generated";
import { Ago, useIsOver } from "@/text/Ago";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Row, RowLine, RowNote } from "@/ui/Rows";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { Rights } from "../tokens/TokenRow";
import css from "../tokens/Tokens.module.css";
import { ROLES } from "../tokens/words";

export type Deed = "grants" | "renew" | "remove";

/** One user: what they may do, whether they can sign in, and when they last did. */
export function UserRow({ user, own, onOpen }: { user: User; own: boolean; onOpen: (what: Deed) => void }): ReactElement {
  const { t } = useLingui();
  const { name } = user;
  return (
    <Row
      actions={
        <>
          {/* Who comes from a provider has neither an invitation nor an access that is set here. */}
          {user.provider === null && <Button small aria-label={t`Change access of ${name}`} onClick={() => onOpen("grants")}><Trans>Change access</Trans></Button>}
          {user.provider === null && <Button small aria-label={t`Invite again: ${name}`} onClick={() => onOpen("renew")}><Trans>Invite again</Trans></Button>}
          <Button small aria-label={t`Remove ${name}`} onClick={() => onOpen("remove")}><Trans>Remove</Trans></Button>
        </>
      }
    >
      <RowLine>
        <strong>{name}</strong>
        {own && <Chip tone="good"><Trans>you</Trans></Chip>}
        {user.provider === null && <Invited user={user} />}
      </RowLine>
      {user.grants.map((grant, at) => (
        <div key={at} className={css.parts}>
          <Chip mark={false}>{t(ROLES[grant.role].name)}</Chip>
          <Rights token={grant} />
        </div>
      ))}
      <RowNote>
        <div className={css.parts}>
          <span>{user.signed_in_at === null ? <Trans>Never signed in</Trans> : <Trans>Last signed in <Ago at={user.signed_in_at} /></Trans>}</span>
          {user.provider !== null && <FromProvider address={user.provider} />}
          {user.accepted && user.provider === null && <span>{user.totp ? <Trans>With one-time codes</Trans> : <Trans>Without one-time codes</Trans>}</span>}
          {user.invited_until !== null && <InvitedUntil at={user.invited_until} />}
        </div>
      </RowNote>
    </Row>
  );
}

function FromProvider({ address }: { address: string }): ReactElement {
  return <span><Trans>Comes from <code>{address}</code>, where their groups say what they may do</Trans></span>;
}

function InvitedUntil({ at }: { at: string }): ReactElement {
  return <span>{useIsOver(at) ? <Trans>Invitation ended <Ago at={at} /></Trans> : <Trans>Invitation ends <Ago at={at} /></Trans>}</span>;
}

function Invited({ user: { accepted, invited_until: until } }: { user: User }): ReactElement | null {
  const over = useIsOver(until);
  if (until === null) return accepted ? null : <Chip tone="warn"><Trans>not invited</Trans></Chip>;
  if (over) return accepted ? null : <Chip tone="warn"><Trans>invitation has run out</Trans></Chip>;
  return <Chip tone="busy">{accepted ? <Trans>invited again</Trans> : <Trans>invited</Trans>}</Chip>;
}
