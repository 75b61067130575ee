import { Button, IconButton } from "@/ui/Button";
import { Input } from "@/ui/Field";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { Plus, X } from "lucide-react";
import { useEffect, useRef, useState, type ReactElement } from "react";
import { secretNames, variableProblem, variablesOf, withVariables, type Draft, type Snapshot, type Variable } from "./draft";
import { variableProblemText } from "./words";
import css from "./SideList.module.css";

/** How a compose file refers to one. */
const SAMPLE = "${NAME}";

/** Values for `${NAME}`. They are part of the version and everybody who sees the stack can read them. */
export function VariableList({ snapshot, draft, onChange }: { snapshot: Snapshot; draft: Draft; onChange: (draft: Draft) => void }): ReactElement {
  const { t } = useLingui();
  const variables = variablesOf(snapshot, draft);
  const secrets = secretNames(snapshot, draft);
  const put = (next: readonly Variable[]) => onChange(withVariables(snapshot, draft, next));
  // Its position is what identifies a row: names change while they are typed.
  const rows = variables.map((variable, index) => ({ key: `row ${index}`, index, variable }));
  const add = () => put([...variables, { name: "", value: "" }]);
  return (
    <Panel title={<Trans>Variables</Trans>} actions={<IconButton small label={t`New variable`} icon={<Plus size={15} />} onClick={add} />} flush>
      {variables.length === 0 && <p className={css.note}><Trans>Values for <code>{SAMPLE}</code> in the compose file, before those of a file <code>.env</code>.</Trans></p>}
      {rows.map(({ key, index, variable }) => (
        <Row
          key={key}
          variable={variable}
          problem={variableProblem(variable, variables, secrets)}
          onChange={(next) => put(variables.with(index, next))}
          onRemove={() => put(variables.toSpliced(index, 1))}
        />
      ))}
      {variables.length > 4 && <p className={css.foot}><Button small icon={<Plus size={14} />} onClick={add}><Trans>New variable</Trans></Button></p>}
    </Panel>
  );
}

function Row({ variable, problem, onChange, onRemove }: {
  variable: Variable;
  problem: ReturnType<typeof variableProblem>;
  onChange: (variable: Variable) => void;
  onRemove: () => void;
}): ReactElement {
  const { t } = useLingui();
  const { name, value } = variable;
  const untouched = name === "" && value === "";
  const first = useRef<HTMLInputElement>(null);
  const [fresh] = useState(untouched);
  useEffect(() => { if (fresh) first.current?.focus(); }, [fresh]);
  return (
    <div className={css.variable}>
      <Input mono ref={first} aria-label={t`Name of the variable`} placeholder={t`NAME`} value={name} onValueChange={(next) => onChange({ name: next, value })} aria-invalid={problem !== null && !untouched} />
      <IconButton small label={name === "" ? t`Remove the variable` : t`Remove ${name}`} icon={<X size={14} />} onClick={onRemove} />
      <Input mono aria-label={name === "" ? t`Value of the variable` : t`Value of ${name}`} placeholder={t`value`} value={value} onValueChange={(next) => onChange({ name, value: next })} />
      {problem !== null && !untouched && <span className={css.error} role="alert">{variableProblemText(problem)}</span>}
    </div>
  );
}
