import type { ProblemItem, TemplateParameter } from "@/api/generated";
import { Said } from "@/text/said";
import { Checkbox, Field, Input, Select } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement, ReactNode } from "react";
import css from "../Templates.module.css";
import { htmlPattern, isRequired, placeholderOf, portsOf } from "./values";

/** The field of a parameter, in the words of the template's author. */
export function ParameterField({ parameter, value, onChange, problems }: {
  parameter: TemplateParameter;
  value: string | boolean | undefined;
  onChange: (value: string | boolean) => void;
  /** What the server says about the value. */
  problems: readonly ProblemItem[];
}): ReactElement {
  const { name, label, help, kind, optional } = parameter;
  const kindHelp = useKindHelp(parameter);
  const error = problems.length === 0 ? undefined : problems.map((item, index) => <span key={index}><What item={item} /> </span>);
  if (kind === "bool") {
    return (
      <div>
        <Checkbox checked={value === true} onChange={onChange} help={help ?? undefined}>{label ?? <code>{name}</code>}</Checkbox>
        {error !== undefined && <p role="alert">{error}</p>}
      </div>
    );
  }
  const lines = [help, kindHelp].filter((line) => line !== null && line !== undefined);
  return (
    <Field
      label={
        <>
          {label ?? <code>{name}</code>}
          {optional && <span className={css.soft}> · <Trans>optional</Trans></span>}
        </>
      }
      help={lines.length === 0 ? undefined : <>{lines.map((line, index) => <span key={index}>{index > 0 && " "}{line}</span>)}</>}
      error={error}
    >
      <Control parameter={parameter} value={typeof value === "string" ? value : ""} onChange={onChange} />
    </Field>
  );
}

/** The sentence without the name of the parameter, which stands over the field. */
function What({ item: { message, hint } }: { item: ProblemItem }): ReactElement {
  return <><Said message={message.messages["what"] ?? message} />{hint !== null && <> <Said message={hint} /></>}</>;
}

function Control({ parameter, value, onChange }: { parameter: TemplateParameter; value: string; onChange: (value: string) => void }): ReactElement {
  const { kind, name, min, max, values, pattern } = parameter;
  const ports = portsOf(parameter.port_range);
  const usual = { name, value, onValueChange: onChange, required: isRequired(parameter), placeholder: placeholderOf(parameter), autoComplete: "off", spellCheck: false };
  switch (kind) {
    case "enum": return <Select name={name} value={value} choices={values.map((word) => ({ value: word, label: word }))} onChange={onChange} />;
    case "int": return <Input {...usual} type="number" step={1} min={min ?? undefined} max={max ?? undefined} />;
    case "host_port": return <Input {...usual} type="number" step={1} min={ports?.first} max={ports?.last} />;
    case "secret": return <Input {...usual} type="password" autoComplete="new-password" />;
    case "string": return <Input {...usual} pattern={htmlPattern(pattern)} title={pattern ?? undefined} />;
    default: return <Input {...usual} mono />;
  }
}

/** What happens if it is left empty, and what it takes. */
function useKindHelp(parameter: TemplateParameter): ReactNode {
  const { t } = useLingui();
  const { kind, root, min, max, generate, port_range: range, pattern } = parameter;
  switch (kind) {
    case "secret": return generate === null ? null : t`${generate} characters are generated if it is left empty.`;
    case "host_port": return t`Chosen from ${range} if it is left empty.`;
    case "folder": return <Trans>A path below the allowed folder <code>{root}</code>.</Trans>;
    case "file": return <Trans>The path of a file below the allowed folder <code>{root}</code>.</Trans>;
    case "string": return pattern === null ? null : <Trans>Has to match <code>{pattern}</code>.</Trans>;
    case "int": return min !== null && max !== null ? t`From ${min} to ${max}.` : min !== null ? t`At least ${min}.` : max !== null ? t`At most ${max}.` : null;
    default: return null;
  }
}
