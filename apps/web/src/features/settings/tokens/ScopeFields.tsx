import { Field, TextArea } from "@/ui/Field";
import { Radio, RadioGroup } from "@/ui/Radio";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement, ReactNode } from "react";
import type { Draft } from "./draft";
import css from "./Tokens.module.css";

type Scope = Pick<Draft, "scope" | "patterns">;

/** Which stacks a token or the access of a user is for. */
export function ScopeFields({ draft, user = false, error, onChange }: {
  draft: Scope & Pick<Draft, "role">;
  user?: boolean;
  error: ReactNode;
  onChange: (part: Partial<Scope>) => void;
}): ReactElement {
  const { t } = useLingui();
  const some = draft.scope === "some";
  return (
    <div className={css.group}>
      <h3><Trans>Stacks</Trans></h3>
      <RadioGroup label={t`Stacks`} value={draft.scope} onChange={(scope) => onChange({ scope })}>
        <Radio value="everything" help={t`All stacks, also later ones, and what is about the whole host.`}><Trans>Everything</Trans></Radio>
        <Radio value="some" help={t`Only these, and nothing that is about the whole host, such as images, volumes and the queue.`}><Trans>Only some stacks</Trans></Radio>
      </RadioGroup>
      {some && (
        <Field
          label={<Trans>Names or labels of the stacks</Trans>}
          help={
            <>
              <Trans>One per line, or with commas between them. <code>*</code> stands for any characters: <code>shop-*</code> also reaches the template <code>shop</code> and all of its instances.</Trans>{" "}
              <Trans><code>team=payments</code> reaches the stacks that have this label, whatever their names are.</Trans>
            </>
          }
          error={error}
        >
          <TextArea mono rows={3} required value={draft.patterns} onChange={(event) => onChange({ patterns: event.target.value })} />
        </Field>
      )}
      {some && draft.role === "administrator" && (
        <p className={css.soft}>
          {user
            ? <Trans>As an administrator of some stacks, they cannot manage users, tokens, registries or the host.</Trans>
            : <Trans>As an administrator of some stacks, its holder cannot manage tokens, registries or the host.</Trans>}
        </p>
      )}
    </div>
  );
}
