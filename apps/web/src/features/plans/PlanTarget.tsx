import { showVersionOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { StackDetails } from "@/api/generated";
import { Button } from "@/ui/Button";
import { Checkbox, Select } from "@/ui/Field";
import { Toolbar } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import css from "./PlanTarget.module.css";
import type { Goal } from "./search";

/** Versions offered to choose from; older ones are reached from the list of versions. */
const OFFERED = 50;

/** What the plan is for: a version, and services that are replaced in any case. */
export function PlanTarget({ stack, goal, onChange }: { stack: StackDetails; goal: Goal; onChange: (goal: Goal) => void }): ReactElement {
  const { t } = useLingui();
  const { latest_version: latest, current_version: applied } = stack;
  const first = Math.max(1, latest - OFFERED + 1);
  const offered = new Set(Array.from({ length: latest - first + 1 }, (_, index) => latest - index)).add(goal.version);
  const versions = [...offered].toSorted((a, b) => b - a);
  const named = (version: number): string => {
    if (version === latest && version === applied) return t`v${version}, newest and applied`;
    if (version === latest) return t`v${version}, newest`;
    if (version === applied) return t`v${version}, applied`;
    return t`v${version}`;
  };
  const choose = (version: number) => onChange({ version, purpose: applied !== null && version < applied ? "rollback" : "apply", recreate: [] });
  return (
    <div className={css.target}>
      <Toolbar>
        <label className={css.label}>
          <Trans>Plan for</Trans>
          <Select
            value={String(goal.version)}
            choices={versions.map((version) => ({ value: String(version), label: named(version) }))}
            onChange={(value) => choose(Number(value))}
          />
        </label>
        <Button onClick={() => onChange(goal)}><Trans>Plan again</Trans></Button>
      </Toolbar>
      <Recreate key={`${goal.version}`} stack={stack} goal={goal} onChange={onChange} />
    </div>
  );
}

function Recreate({ stack, goal, onChange }: { stack: StackDetails; goal: Goal; onChange: (goal: Goal) => void }): ReactElement {
  const [chosen, setChosen] = useState<readonly string[]>(goal.recreate);
  const [open, setOpen] = useState(goal.recreate.length > 0);
  const version = useQuery({ ...showVersionOptions({ path: { id: stack.stack_id, version: goal.version } }), enabled: open });
  const same = chosen.length === goal.recreate.length && chosen.every((service) => goal.recreate.includes(service));
  return (
    <details className={css.more} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary><Trans>Replace containers even if nothing has changed</Trans></summary>
      <div className={css.services}>
        {version.data?.services.map((service) => (
          <Checkbox
            key={service}
            checked={chosen.includes(service)}
            onChange={(on) => setChosen(on ? [...chosen, service] : chosen.filter((each) => each !== service))}
          >
            {service}
          </Checkbox>
        ))}
        {!same && <Button small onClick={() => onChange({ ...goal, recreate: chosen })}><Trans>Plan with this</Trans></Button>}
      </div>
    </details>
  );
}
