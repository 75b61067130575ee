import { Button } from "@/ui/Button";
import { Select } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeftRight, GitCompare } from "lucide-react";
import { useState, type FormEvent, type ReactElement } from "react";
import { useTemplate } from "../template";
import css from "../Templates.module.css";

/** Chooses two versions of the template. `follow`: there is a comparison on the page, and it changes with the choice. */
export function CompareVersions({ sides, follow = false }: { sides: { from: number; to: number }; follow?: boolean }): ReactElement {
  const { t } = useLingui();
  const { name, latest_version: latest } = useTemplate();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState(sides);
  const open = (search: typeof sides) => void navigate({ to: "/templates/$template/compare", params: { template: name }, search, replace: follow });
  const choose = (next: typeof sides) => {
    setChosen(next);
    if (follow) open(next);
  };
  const choices = Array.from({ length: latest }, (_, index) => ({ value: String(latest - index), label: t`v${latest - index}` }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    open(chosen);
  };
  return (
    <form className={css.inline} onSubmit={submit} aria-label={t`Compare two versions`}>
      <label className={css.inline}><Trans>Compare</Trans><Select value={String(chosen.from)} choices={choices} onChange={(from) => choose({ ...chosen, from: Number(from) })} /></label>
      <label className={css.inline}><Trans>with</Trans><Select value={String(chosen.to)} choices={choices} onChange={(to) => choose({ ...chosen, to: Number(to) })} /></label>
      <Button look="quiet" icon={<ArrowLeftRight size={14} />} aria-label={t`Swap the two`} onClick={() => choose({ from: chosen.to, to: chosen.from })} />
      {!follow && <Button type="submit" icon={<GitCompare size={14} />}><Trans>Compare</Trans></Button>}
    </form>
  );
}
