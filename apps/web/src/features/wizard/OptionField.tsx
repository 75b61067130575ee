import type { CatalogOption, WizardProblem } from "@/api/generated";
import { Said } from "@/text/said";
import { translated } from "@/text/translated";
import { Button } from "@/ui/Button";
import { Checkbox, Field, Input, Select } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement, ReactNode } from "react";
import type { Component } from "./choices";
import { indexIn, useWizard } from "./context";
import { typedOf, valueOf } from "./option_value";
import { isMissing, portsOf } from "./problems";
import { ProblemLines } from "./ProblemLines";
import css from "./ComponentView.module.css";

interface Parts {
  option: CatalogOption;
  component: Component;
  problems: readonly WizardProblem[];
}

/** An option in the form that fits its kind, with the server's opinion below. */
export function OptionField({ option, component, problems }: Parts): ReactElement {
  const { change, reviewed } = useWizard();
  const value = component.options[option.id];
  const choose = (next: unknown) => change({ kind: "option", key: component.key, option: option.id, value: next });
  const conflict = usePortConflict(option, component);
  const help = helpOf(option);
  if (option.kind === "bool") {
    const checked = (value ?? option.default) === true;
    return <Checkbox checked={checked} help={help} onChange={(next) => choose(next === (option.default === true) ? undefined : next)}>{translated(option.label)}</Checkbox>;
  }
  const missing = !reviewed && problems.length > 0 && problems.every(isMissing);
  const wrong = problems.length > 0 && !missing ? <ProblemLines problems={problems} /> : conflict;
  return (
    <Field label={<Label option={option} missing={missing} />} help={help} error={wrong}>
      {option.kind === "enum" ? <EnumSelect option={option} value={value} onChange={choose} /> : <TextField option={option} value={value} onChange={choose} />}
    </Field>
  );
}

function Label({ option, missing }: { option: CatalogOption; missing: boolean }): ReactElement {
  const label = translated(option.label);
  if (missing) return <Trans>{label} (needed)</Trans>;
  return option.optional ? <Trans>{label} (optional)</Trans> : <>{label}</>;
}

interface ControlProps {
  option: CatalogOption;
  value: unknown;
  onChange: (value: unknown) => void;
}

function EnumSelect({ option, value, onChange }: ControlProps): ReactElement {
  const { t } = useLingui();
  const words = option.values.map((each) => ({ value: each.id, label: translated(each.label) }));
  const nothing = option.default === null || option.default === undefined;
  const choices = nothing ? [{ value: "", label: option.optional ? t`None` : t`Choose…` }, ...words] : words;
  return <Select value={typedOf(option, value)} choices={choices} onChange={(next) => onChange(valueOf(option, next))} />;
}

const EXAMPLES: Partial<Record<CatalogOption["kind"], string>> = { image: "registry.example/shop:1.4.2", url: "https://example.com", duration: "30s", size: "512m" };

function TextField({ option, value, onChange }: ControlProps): ReactElement {
  const { kind } = option;
  const numeric = kind === "int" || kind === "port" || kind === "host_port";
  return (
    <Input
      mono={kind !== "string" && kind !== "secret"}
      type={kind === "secret" ? "password" : "text"}
      inputMode={numeric ? "numeric" : kind === "url" ? "url" : undefined}
      autoComplete={kind === "secret" ? "new-password" : "off"}
      spellCheck={false}
      placeholder={EXAMPLES[kind]}
      value={typedOf(option, value)}
      onValueChange={(typed) => onChange(valueOf(option, typed))}
    />
  );
}

/** What the catalogue says about it, and within which bounds it is. */
function helpOf(option: CatalogOption): ReactNode {
  const bounds = <Bounds min={bound(option.min)} max={bound(option.max)} />;
  const bounded = bound(option.min) !== null || bound(option.max) !== null;
  if (option.help === null) return bounded ? bounds : undefined;
  return <>{translated(option.help)}{bounded && <> ({bounds})</>}</>;
}

function bound(value: unknown): string | null {
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

function Bounds({ min, max }: { min: string | null; max: string | null }): ReactElement {
  if (min === null) return <Trans>at most {max}</Trans>;
  return max === null ? <Trans>at least {min}</Trans> : <Trans>from {min} to {max}</Trans>;
}

/** Who else has the port of the host that is chosen here, and the next one to try. */
function usePortConflict(option: CatalogOption, component: Component): ReactNode {
  const { answer, change } = useWizard();
  if (option.kind !== "host_port" || answer === undefined) return undefined;
  const port = component.options[option.id] ?? option.default;
  const index = indexIn(answer, component);
  const clash = index === -1 ? undefined : portsOf(answer.draft, index).find((each) => each.port === port && each.conflict !== null);
  if (clash === undefined || clash.conflict === null) return undefined;
  const { free } = clash;
  return (
    <span className={css.conflict}>
      <Said message={clash.conflict} />
      {free !== null && <Button small onClick={() => change({ kind: "option", key: component.key, option: option.id, value: free })}><Trans>Use {String(free)}</Trans></Button>}
    </span>
  );
}
