import { Button } from "@/ui/Button";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { PermissionChoice } from "../tokens/PermissionChoice";
import { ScopeFields } from "../tokens/ScopeFields";
import { RoleChoice } from "../tokens/TokenForm";
import css from "../tokens/Tokens.module.css";
import { firstGrant, MOST, type GrantDraft } from "./grants";

/** What a user may do: one access, or several of which each is for other stacks. */
export function GrantFields({ drafts, onChange }: { drafts: readonly GrantDraft[]; onChange: (drafts: GrantDraft[]) => void }): ReactElement {
  const [only] = drafts;
  const change = (key: number, part: Partial<GrantDraft>) => onChange(drafts.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const add = () => onChange([...drafts, firstGrant(Math.max(...drafts.map(({ key }) => key)) + 1)]);
  return (
    <>
      {drafts.length === 1 && only !== undefined
        ? <OneGrant draft={only} onChange={(part) => change(only.key, part)} />
        : drafts.map((draft, at) => (
          <Numbered key={draft.key} number={at + 1} onRemove={() => onChange(drafts.filter((one) => one !== draft))}>
            <OneGrant draft={draft} onChange={(part) => change(draft.key, part)} />
          </Numbered>
        ))}
      {drafts.length < MOST && <p><Button small onClick={add}><Trans>Add access to other stacks</Trans></Button></p>}
    </>
  );
}

function OneGrant({ draft, onChange }: { draft: GrantDraft; onChange: (part: Partial<GrantDraft>) => void }): ReactElement {
  return (
    <div className={css.form}>
      <RoleChoice value={draft.role} onChange={(role) => onChange({ role })} />
      <PermissionChoice role={draft.role} value={draft.permissions} onChange={(permissions) => onChange({ permissions })} />
      <ScopeFields draft={draft} user error={undefined} onChange={onChange} />
    </div>
  );
}

function Numbered({ number, onRemove, children }: { number: number; onRemove: () => void; children: ReactElement }): ReactElement {
  const { t } = useLingui();
  return (
    <fieldset className={css.group}>
      <legend><Trans>Access {number}</Trans></legend>
      {children}
      <p><Button small aria-label={t`Remove access ${number}`} onClick={onRemove}><Trans>Remove</Trans></Button></p>
    </fieldset>
  );
}
