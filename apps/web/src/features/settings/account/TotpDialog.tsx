import type { TotpDraft } from "@/api/generated";
import { refusalAt } from "@/features/session/refusal";
import { ProblemNote } from "@/text/ProblemNote";
import { Code } from "@/ui/Copy";
import { Skeleton } from "@/ui/Empty";
import { Field, Input } from "@/ui/Field";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import css from "../Settings.module.css";
import { AccountDialog, OwnPassword } from "./AccountDialog";
import { useSetUpTotp, useTotpDraft } from "./useAccount";

/** Shows a secret for an authenticator app, and switches the codes on once the app shows one. */
export function TotpDialog({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const draft = useTotpDraft();
  const [typed, setTyped] = useState({ code: "", password: "" });
  const save = useSetUpTotp();
  const change = (part: Partial<typeof typed>) => {
    setTyped({ ...typed, ...part });
    if (save.isError) save.reset();
  };
  const submit = () => {
    if (draft.data === undefined) return;
    save.mutate({ secret: draft.data.secret, code: typed.code.replaceAll(/\s/g, ""), password: typed.password }, {
      onSuccess: () => {
        onClose();
        notify({ tone: "good", title: t`One-time codes are on` });
      },
    });
  };
  return (
    <AccountDialog
      title={t`Set up one-time codes`}
      description={t`Signing in then takes a code of an authenticator app besides the password.`}
      button={<Trans>Switch on</Trans>}
      busy={save.isPending}
      error={save.error}
      atFields={["wrong-code", "wrong-password"]}
      onSubmit={submit}
      onClose={onClose}
    >
      {draft.isError ? <ProblemNote error={draft.error} /> : draft.data === undefined ? <Skeleton label={t`Loading`} /> : <Secret draft={draft.data} />}
      <Field label={<Trans>One-time code</Trans>} help={<Trans>The six digits that your authenticator app shows now.</Trans>} error={refusalAt(save.error, "wrong-code")}>
        <Input name="code" autoComplete="one-time-code" inputMode="numeric" mono value={typed.code} onValueChange={(code) => change({ code })} required />
      </Field>
      <OwnPassword label={<Trans>Your password</Trans>} value={typed.password} error={refusalAt(save.error, "wrong-password")} onChange={(password) => change({ password })} />
    </AccountDialog>
  );
}

function Secret({ draft }: { draft: TotpDraft }): ReactElement {
  return (
    <div className={css.form}>
      <p><Trans>Add this secret to the app, or open the link on the device that has the app.</Trans></p>
      <p><Trans>Secret:</Trans> <Code>{draft.secret}</Code></p>
      <p><Trans>Link:</Trans> <Code>{draft.link}</Code></p>
    </div>
  );
}
