import type { Token } from "@/api/generated";
import { Ago, useIsOver } from "@/text/Ago";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Row, RowLine, RowNote } from "@/ui/Rows";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./Tokens.module.css";
import { PERMISSIONS, ROLES } from "./words";

/** One token: what its holder may do, with which stacks, since when and until when. */
export function TokenRow({ token, own, onRotate, onRevoke }: { token: Token; own: boolean; onRotate: () => void; onRevoke: () => void }): ReactElement {
  const { t } = useLingui();
  const expired = useIsOver(token.expires_at);
  const { name } = token;
  return (
    <Row
      actions={
        <>
          <Button small aria-label={t`Rotate ${name}`} onClick={onRotate}><Trans>Rotate</Trans></Button>
          <Button small aria-label={t`Revoke ${name}`} onClick={onRevoke}><Trans>Revoke</Trans></Button>
        </>
      }
    >
      <RowLine>
        <strong>{name}</strong>
        <Chip mark={false}>{t(ROLES[token.role].name)}</Chip>
        {own && <Chip tone="good"><Trans>in use in this browser</Trans></Chip>}
        {expired && <Chip tone="bad"><Trans>expired</Trans></Chip>}
      </RowLine>
      <Rights token={token} />
      <RowNote>
        <div className={css.parts}>
          <span><Trans>Secret issued <Ago at={token.created_at} /></Trans></span>
          <Expires at={token.expires_at} expired={expired} />
          <span>{token.used_at === null ? <Trans>Never used</Trans> : <Trans>Last used <Ago at={token.used_at} /></Trans>}</span>
        </div>
      </RowNote>
    </Row>
  );
}

/** So many patterns are shown of up to a hundred. */
const SHOWN = 8;

/** What may be done beside the role, and with which stacks. */
export function Rights({ token: { role, permissions, stacks } }: { token: Pick<Token, "role" | "permissions" | "stacks"> }): ReactElement {
  const { t } = useLingui();
  const beside = role === "administrator" ? [] : permissions;
  const more = (stacks?.length ?? 0) - SHOWN;
  return (
    <div className={css.parts}>
      <RowLine>
        {stacks === null ? <Trans>For everything</Trans> : <Trans>For the stacks</Trans>}
        {stacks?.slice(0, SHOWN).map((pattern) => <code key={pattern}>{pattern}</code>)}
        {more > 0 && <Trans>and {more} more</Trans>}
      </RowLine>
      {beside.length > 0 && (
        <RowLine>
          <Trans>Permissions:</Trans>
          {beside.map((permission) => <Chip key={permission} mark={false}>{t(PERMISSIONS[permission].name)}</Chip>)}
        </RowLine>
      )}
    </div>
  );
}

function Expires({ at, expired }: { at: string | null; expired: boolean }): ReactElement {
  if (at === null) return <span><Trans>Never expires</Trans></span>;
  return <span>{expired ? <Trans>Expired <Ago at={at} /></Trans> : <Trans>Expires <Ago at={at} /></Trans>}</span>;
}
