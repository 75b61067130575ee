import { Checkbox as BaseCheckbox } from "@base-ui/react/checkbox";
import { Field as Base } from "@base-ui/react/field";
import { Switch as BaseSwitch } from "@base-ui/react/switch";
import { Check } from "lucide-react";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { classes } from "./classes";
import css from "./Field.module.css";

/** A label, what it names, a word of help, and what is wrong with it. */
export function Field({ label, help, error, children }: {
  label: ReactNode;
  help?: ReactNode;
  error?: ReactNode;
  children: ReactNode;
}): ReactElement {
  const wrong = error !== undefined && error !== null && error !== false;
  return (
    <Base.Root className={css.field} invalid={wrong}>
      <Base.Label className={css.label}>{label}</Base.Label>
      {children}
      {help !== undefined && <Base.Description className={css.help}>{help}</Base.Description>}
      {wrong && <Base.Error match className={css.error}>{error}</Base.Error>}
    </Base.Root>
  );
}

/** One line of text. Inside a `Field` it gets its name and its description from there. */
export function Input({ mono, className, ...rest }: ComponentProps<typeof Base.Control> & { mono?: boolean }): ReactElement {
  return <Base.Control {...rest} className={classes(css.input, mono === true && css.mono, typeof className === "string" && className)} />;
}

/** Several lines of text. */
export function TextArea({ mono, className, ...rest }: ComponentProps<"textarea"> & { mono?: boolean }): ReactElement {
  return (
    <Base.Control
      className={classes(css.input, css.area, mono === true && css.mono, className)}
      render={<textarea spellCheck={false} {...rest} />}
    />
  );
}

export interface Choice<Value extends string> {
  value: Value;
  label: string;
}

/** One of a few values. The browser's own list: it is the best one there is on a phone and for a screen reader. */
export function Select<Value extends string>({ value, choices, onChange, label, ...rest }: {
  value: Value;
  choices: readonly Choice<Value>[];
  onChange: (value: Value) => void;
  /** Its accessible name, where no `Field` gives one. */
  label?: string;
} & Omit<ComponentProps<"select">, "value" | "onChange">): ReactElement {
  return (
    <Base.Control
      render={
        <select
          {...rest}
          aria-label={label}
          className={classes(css.input, css.select)}
          value={value}
          onChange={(event) => onChange(event.target.value as Value)}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>{choice.label}</option>
          ))}
        </select>
      }
    />
  );
}

export function Checkbox({ checked, onChange, children, help, disabled }: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
  help?: ReactNode;
  disabled?: boolean;
}): ReactElement {
  return (
    <label className={css.check}>
      <BaseCheckbox.Root checked={checked} onCheckedChange={onChange} disabled={disabled} className={css.box}>
        <BaseCheckbox.Indicator><Check size={13} strokeWidth={3} aria-hidden /></BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      <span>
        {children}
        {help !== undefined && <span className={css.help}>{help}</span>}
      </span>
    </label>
  );
}

export function Switch({ checked, onChange, children }: { checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }): ReactElement {
  return (
    <label className={css.check}>
      <BaseSwitch.Root checked={checked} onCheckedChange={onChange} className={css.track}>
        <BaseSwitch.Thumb className={css.thumb} />
      </BaseSwitch.Root>
      <span>{children}</span>
    </label>
  );
}
