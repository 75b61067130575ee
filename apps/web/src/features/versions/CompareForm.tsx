import type { StackDetails } from "@/api/generated";
import { Button } from "@/ui/Button";
import { Select } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeftRight, GitCompare } from "lucide-react";
import { useState, type FormEvent, type ReactElement } from "react";
import css from "./CompareForm.module.css";

/** Chooses two versions. `follow`: there is a comparison on the page, and it changes with the choice. */
export function CompareForm({ stack, sides, follow }: {
  stack: StackDetails;
  sides: { from: number; to: number };
  follow?: boolean;
}): ReactElement {
  const { t } = useLingui();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState(sides);
  const open = (search: { from: number; to: number }) =>
    void navigate({ to: "/stacks/$stackId/compare", params: { stackId: stack.stack_id }, search, replace: follow === true });
  const choose = (next: { from: number; to: number }) => {
    setChosen(next);
    if (follow === true) open(next);
  };
  const choices = Array.from({ length: stack.latest_version }, (_, index) => {
    const version = stack.latest_version - index;
    return { value: String(version), label: version === stack.current_version ? t`v${version}, applied` : t`v${version}` };
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    open(chosen);
  };
  return (
    <form className={css.form} onSubmit={submit} aria-label={t`Compare two versions`}>
      <label className={css.side}>
        <Trans>Compare</Trans>
        <Select value={String(chosen.from)} choices={choices} onChange={(from) => choose({ ...chosen, from: Number(from) })} />
      </label>
      <label className={css.side}>
        <Trans>with</Trans>
        <Select value={String(chosen.to)} choices={choices} onChange={(to) => choose({ ...chosen, to: Number(to) })} />
      </label>
      <Button look="quiet" icon={<ArrowLeftRight size={14} />} aria-label={t`Swap the two`} onClick={() => choose({ from: chosen.to, to: chosen.from })} />
      {follow !== true && <Button type="submit" icon={<GitCompare size={14} />}><Trans>Compare</Trans></Button>}
    </form>
  );
}
