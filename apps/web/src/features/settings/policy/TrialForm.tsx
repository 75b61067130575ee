import type { PolicyFinding, PolicyTrial, Role } from "@/api/generated";
import { useAllStacks } from "@/features/stacks/useAllStacks";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Field, Select } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { Row, RowLine, RowNote, Rows } from "@/ui/Rows";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent, type ReactElement } from "react";
import settings from "../Settings.module.css";
import { ROLE_NAMES, ROLES } from "../tokens/words";
import type { PolicyDraft } from "./draft";
import css from "./Policy.module.css";
import { useTrial, type Trial } from "./usePolicy";

/** What the policy would say to somebody who applies the newest version of a stack. */
export function TrialForm({ draft, revision }: { draft: PolicyDraft | null; revision: number }): ReactElement {
  const { t } = useLingui();
  const { items: stacks, isError, error } = useAllStacks();
  const trial = useTrial();
  const [role, setRole] = useState<Role>("deployer");
  const [chosen, setChosen] = useState<string | null>(null);
  const stack = stacks?.find(({ stack_id: id }) => id === chosen) ?? stacks?.[0];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (stack !== undefined && !trial.isPending) trial.mutate({ role, stack: { id: stack.stack_id, name: stack.name }, draft, revision });
  };
  // An answer about other rules than those above would mislead.
  const counts = trial.variables?.draft === draft && trial.variables.revision === revision;
  return (
    <form className={settings.form} onSubmit={submit}>
      <h3><Trans>Try it</Trans></h3>
      <p className={css.soft}><Trans>See whether somebody could apply the newest version of a stack. Nothing is changed. Where links on the host lead is only known when it is applied.</Trans></p>
      {isError ? <ProblemNote error={error} /> : (
        <div className={settings.fields}>
          <Field label={<Trans>Role</Trans>}>
            <Select value={role} choices={ROLE_NAMES.map((one) => ({ value: one, label: t(ROLES[one].name) }))} onChange={setRole} />
          </Field>
          <Field label={<Trans>Stack</Trans>} help={stacks?.length === 0 ? <Trans>There are no stacks yet.</Trans> : undefined}>
            <Select value={stack?.stack_id ?? ""} choices={(stacks ?? []).map(({ stack_id: id, name }) => ({ value: id, label: name }))} onChange={setChosen} />
          </Field>
        </div>
      )}
      <p><Button type="submit" busy={trial.isPending} disabledReason={stack === undefined ? t`There is no stack to try it with` : undefined}>{draft === null ? <Trans>Try the policy</Trans> : <Trans>Try the changed policy</Trans>}</Button></p>
      {trial.isError && counts && <ProblemNote error={trial.error} />}
      {trial.isSuccess && counts && <Answer trial={trial.variables} answer={trial.data} />}
    </form>
  );
}

function Answer({ trial: { role, stack, draft }, answer: { allowed, findings } }: { trial: Trial; answer: PolicyTrial }): ReactElement {
  const { t } = useLingui();
  const who = t(ROLES[role].name);
  const { name } = stack;
  return (
    <>
      <Notice tone={allowed ? "good" : "bad"} live title={allowed ? <Trans>{who}, {name}: everything is allowed</Trans> : <Trans>{who}, {name}: <Plural value={findings.length} one="# thing is not allowed" other="# things are not allowed" /></Trans>}>
        <p>{draft === null ? <Trans>Tried with the policy that counts now.</Trans> : <Trans>Tried with your unsaved changes.</Trans>}</p>
      </Notice>
      {findings.length > 0 && <Rows>{findings.map((finding, at) => <FindingRow key={at} finding={finding} />)}</Rows>}
    </>
  );
}

function FindingRow({ finding: { path, message, hint } }: { finding: PolicyFinding }): ReactElement {
  return (
    <Row>
      <RowLine><span><Said message={message} /></span></RowLine>
      <RowNote><Said message={hint} /></RowNote>
      <RowNote><code className={css.values}>{path}</code></RowNote>
    </Row>
  );
}
