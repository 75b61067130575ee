import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Field, Input } from "@/ui/Field";
import { Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { Rocket, Save } from "lucide-react";
import { useState, type FormEvent, type ReactElement } from "react";
import { isChanged, NOTHING, toRequest } from "./choices";
import { useWizard } from "./context";
import { useSaveWizard } from "./save";
import { storeChoices } from "./store";
import css from "./SaveForm.module.css";

/** Saving and planning are two steps: saving changes nothing that runs. */
export function SaveForm(): ReactElement {
  const { catalogue, choices, base } = useWizard();
  const navigate = useNavigate();
  const saving = useSaveWizard(base);
  const [comment, setComment] = useState("");
  const [plans, setPlans] = useState(false);
  const refusal = useRefusal();
  const next = base === null ? 1 : base.stack.latest_version + 1;
  const save = async (plan: boolean) => {
    if (refusal !== undefined || saving.isPending) return;
    setPlans(plan);
    const request = toRequest(choices, base === null ? null : { stack_id: base.stack.stack_id, version: base.version });
    const { stack, version } = await saving.mutateAsync({ ...request, comment: comment.trim() === "" ? null : comment.trim() });
    storeChoices(base === null ? "new" : `${base.stack.stack_id}:${base.version}`, null, catalogue);
    const params = { stackId: stack.stack_id };
    if (plan) await navigate({ to: "/stacks/$stackId/plan", params, search: { version: version.version, purpose: "apply" } });
    else await navigate({ to: "/stacks/$stackId", params });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(false).catch(() => undefined);
  };
  return (
    <Panel title={<Trans>Save</Trans>}>
      <p className={css.soft}><Trans>Saving keeps this as version {next}; nothing runs yet. The plan then shows exactly what applying it would do.</Trans></p>
      <form className={css.form} onSubmit={submit}>
        <Field label={<Trans>What it is for, or what has changed (optional)</Trans>}>
          <Input maxLength={2_000} value={comment} onValueChange={setComment} />
        </Field>
        {saving.isError && <ProblemNote error={saving.error} />}
        <span className={css.buttons}>
          <Button look="primary" icon={<Rocket size={14} />} busy={saving.isPending && plans} disabledReason={refusal} onClick={() => void save(true).catch(() => undefined)}><Trans>Save and plan</Trans></Button>
          <Button type="submit" icon={<Save size={14} />} busy={saving.isPending && !plans} disabledReason={refusal}><Trans>Save as v{next}</Trans></Button>
        </span>
      </form>
    </Panel>
  );
}

/** Why it cannot be saved now; undefined if it can. */
function useRefusal(): string | undefined {
  const { t } = useLingui();
  const { choices, base, answer, error, checking } = useWizard();
  if (!isChanged(choices, base?.choices ?? NOTHING)) return base === null ? t`Nothing is chosen yet` : t`Nothing is changed yet`;
  if (error !== null) return t`The choices could not be checked`;
  if (answer === undefined || checking) return t`The server is still reading the choices`;
  const wrong = answer.draft.problems.length;
  return wrong === 0 ? undefined : plural(wrong, { one: "There is # thing to mend first", other: "There are # things to mend first" });
}
