import { Radio as BaseRadio } from "@base-ui/react/radio";
import { RadioGroup as BaseGroup } from "@base-ui/react/radio-group";
import type { ReactElement, ReactNode } from "react";
import css from "./Radio.module.css";

/** One of a few choices that need a word of explanation each. */
export function RadioGroup<Value extends string>({ label, value, onChange, children }: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  children: ReactNode;
}): ReactElement {
  return (
    <BaseGroup className={css.group} aria-label={label} value={value} onValueChange={(next) => onChange(next as Value)}>
      {children}
    </BaseGroup>
  );
}

export function Radio({ value, help, children }: { value: string; help?: ReactNode; children: ReactNode }): ReactElement {
  return (
    <label className={css.radio}>
      <BaseRadio.Root value={value} className={css.ring}>
        <BaseRadio.Indicator className={css.dot} />
      </BaseRadio.Root>
      <span>
        {children}
        {help !== undefined && <span className={css.help}>{help}</span>}
      </span>
    </label>
  );
}
