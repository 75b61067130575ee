import type { CatalogEntry, CatalogOption } from "@/api/generated";
import { Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import type { Component } from "./choices";
import { OptionField } from "./OptionField";
import type { ProblemsByField } from "./problems";
import css from "./ComponentView.module.css";

interface Parts {
  entry: CatalogEntry;
  component: Component;
  problems: ProblemsByField;
}

/** What is asked of everybody, and folded below what most people leave as it is. */
export function Options({ entry, component, problems }: Parts): ReactElement {
  const basic = entry.options.filter((option) => !option.advanced);
  const advanced = entry.options.filter((option) => option.advanced);
  return (
    <Panel title={<Trans>Options</Trans>}>
      {basic.length > 0 && <Fields options={basic} component={component} problems={problems} />}
      {advanced.length > 0 && <Advanced options={advanced} component={component} problems={problems} />}
    </Panel>
  );
}

interface FieldsProps extends Omit<Parts, "entry"> {
  options: readonly CatalogOption[];
}

function Fields({ options, component, problems }: FieldsProps): ReactElement {
  return (
    <div className={css.fields}>
      {options.map((option) => <OptionField key={option.id} option={option} component={component} problems={problems.get(`options/${option.id}`) ?? []} />)}
    </div>
  );
}

/** Open from the beginning if something in there has been changed, and as soon as something in there is wrong. */
function Advanced(props: FieldsProps): ReactElement {
  const { options, component, problems } = props;
  const [opened, setOpened] = useState(() => options.some((option) => component.options[option.id] !== undefined));
  const wrong = options.some((option) => problems.has(`options/${option.id}`));
  return (
    <details className={css.advanced} open={opened || wrong} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{plural(options.length, { one: "# more option with a sensible value", other: "# more options with sensible values" })}</summary>
      <Fields {...props} />
    </details>
  );
}
