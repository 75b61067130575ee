import type { Role, TokenRequest } from "@/api/generated";
import { ApiError } from "@/api/problem";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Field, Input } from "@/ui/Field";
import { Radio, RadioGroup } from "@/ui/Radio";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState, type FormEvent, type ReactElement, type ReactNode } from "react";
import { FIRST, placeOf, requestOf, type Draft, type Place } from "./draft";
import { ExpiryFields } from "./ExpiryFields";
import { PermissionChoice } from "./PermissionChoice";
import { ScopeFields } from "./ScopeFields";
import css from "./Tokens.module.css";
import { ROLE_NAMES, ROLES } from "./words";

/** A token's name, and what its holder may do, with which stacks and until when. */
export function TokenForm({ id, error, onEdit, onSubmit }: {
  id: string;
  /** Why the last attempt was refused; null before it, and after a change. */
  error: Error | null;
  onEdit: () => void;
  onSubmit: (request: TokenRequest) => void;
}): ReactElement {
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(FIRST);
  useEffect(() => {
    if (error !== null && form.current !== null) leadTo(form.current);
  }, [error]);
  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
    if (error !== null) onEdit();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(requestOf(draft, Date.now()));
  };
  const refusal = (place: Place) => refusalAt(error, place);
  return (
    <form id={id} ref={form} className={css.form} onSubmit={submit}>
      <Field label={<Trans>Name</Trans>} help={<Trans>It is recorded with everything that is done with the token.</Trans>} error={refusal("name")}>
        <Input value={draft.name} onValueChange={(name) => change({ name })} required maxLength={64} autoComplete="off" />
      </Field>
      <RoleChoice value={draft.role} onChange={(role) => change({ role })} />
      <PermissionChoice role={draft.role} value={draft.permissions} onChange={(permissions) => change({ permissions })} />
      <ScopeFields draft={draft} error={refusal("stacks")} onChange={change} />
      <ExpiryFields draft={draft} error={refusal("expiry")} onChange={change} />
      {error !== null && placeOf(error) === null && <ProblemNote error={error} />}
    </form>
  );
}

export function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }): ReactElement {
  const { t } = useLingui();
  return (
    <div className={css.group}>
      <h3><Trans>Role</Trans></h3>
      <RadioGroup label={t`Role`} value={value} onChange={onChange}>
        {ROLE_NAMES.map((role) => <Radio key={role} value={role} help={t(ROLES[role].about)}>{t(ROLES[role].name)}</Radio>)}
      </RadioGroup>
    </div>
  );
}

function refusalAt(error: Error | null, place: Place): ReactNode {
  return error instanceof ApiError && error.said !== null && placeOf(error) === place ? <Said message={error.said} /> : undefined;
}

/** To the field that was refused, which may be out of view; what is about none of them reads itself out. */
export function leadTo(form: HTMLFormElement): void {
  const wrong = form.querySelector<HTMLElement>("[aria-invalid=true]");
  wrong?.focus({ preventScroll: true });
  // With its label and its sentence.
  (wrong?.parentElement ?? form.querySelector("[role=alert]"))?.scrollIntoView({ block: "nearest" });
}
