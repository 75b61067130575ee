import { launchInstance, renderTemplate } from "@/api/generated";
import { ApiError } from "@/api/problem";
import { refresh } from "@/api/queries";
import { openProgress } from "@/features/commands/progress";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Field, Input } from "@/ui/Field";
import { Panel } from "@/ui/Page";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Eye, Rocket } from "lucide-react";
import { useRef, useState, type FormEvent, type ReactElement } from "react";
import { SHOWN } from "../instances/useInstanceActions";
import { useTemplate } from "../template";
import css from "../Templates.module.css";
import { ParameterField } from "./ParameterField";
import { Preview } from "./Preview";
import { beginning, byParameter, keyPattern, toValues, type Typed } from "./values";

/** A new instance, from a form that the template's declaration makes. */
export function LaunchTab(): ReactElement {
  const { t } = useLingui();
  const { name, declaration, latest_version: latest } = useTemplate();
  const { parameters, key: rule } = declaration;
  const form = useRef<HTMLFormElement>(null);
  const [key, setKey] = useState("");
  const [typed, setTyped] = useState<Typed>(() => beginning(parameters));
  const [comment, setComment] = useState("");
  const values = toValues(parameters, typed);
  const wish = JSON.stringify([key, values]);
  const preview = useMutation({
    mutationFn: async (_wish: string) => (await renderTemplate({ path: { template: name }, body: { key: key.trim(), values, version: latest }, throwOnError: true })).data,
  });
  const launch = useLaunch(name);
  // Of the two, what was asked last has the last word.
  const asked = launch.submittedAt > preview.submittedAt ? launch : preview;
  const { error } = asked;
  const problems = byParameter(error instanceof ApiError ? (error.problem?.errors ?? []) : [], parameters);
  const atFields = error !== null && Object.keys(problems).some((each) => each !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!launch.isPending) launch.mutate({ key: key.trim(), values, comment: comment.trim() });
  };
  const show = () => {
    if (form.current?.reportValidity() === true) preview.mutate(wish);
  };
  return (
    <div className={css.beside}>
      <Panel title={<Trans>New instance of v{latest}</Trans>}>
        <form ref={form} className={css.fields} onSubmit={submit} autoComplete="off">
          <Field label={<Trans>Key</Trans>} help={<KeyHelp pattern={rule.pattern} name={name} instance={key} />}>
            <Input mono name="key" value={key} onValueChange={setKey} required maxLength={61} pattern={keyPattern(rule)} title={rule.pattern ?? undefined} placeholder={rule.example ?? undefined} autoComplete="off" spellCheck={false} />
          </Field>
          {parameters.map((parameter) => (
            <ParameterField
              key={parameter.name}
              parameter={parameter}
              value={typed[parameter.name]}
              problems={problems[parameter.name] ?? []}
              onChange={(value) => setTyped((before) => ({ ...before, [parameter.name]: value }))}
            />
          ))}
          <Field label={<Trans>Comment</Trans>}><Input value={comment} onValueChange={setComment} maxLength={2000} placeholder={t`Why`} /></Field>
          {error !== null && (atFields ? <ProblemNote error={withoutFields(error, problems[""] ?? [])} /> : <ProblemNote error={error} />)}
          <div className={css.buttons}>
            <Button icon={<Eye size={14} />} busy={preview.isPending} onClick={show}><Trans>Preview</Trans></Button>
            <Button type="submit" look="primary" icon={<Rocket size={14} />} busy={launch.isPending}><Trans>Launch</Trans></Button>
          </div>
        </form>
      </Panel>
      {preview.data === undefined ? <About /> : <Preview rendered={preview.data} stale={preview.variables !== wish} />}
    </div>
  );
}

/** The problem without what stands at the fields already. */
function withoutFields(error: Error, rest: NonNullable<ApiError["problem"]>["errors"]): Error {
  return error instanceof ApiError && error.problem !== null ? new ApiError(error.status, { ...error.problem, errors: rest }) : error;
}

function KeyHelp({ pattern, name, instance }: { pattern: string | null; name: string; instance: string }): ReactElement {
  const stack = `${name}-${instance === "" ? "…" : instance}`;
  return (
    <>
      <Trans>It tells the instance apart from the others. The stack is called <code>{stack}</code>.</Trans>
      {pattern !== null && <> <Trans>Has to match <code>{pattern}</code>.</Trans></>}
    </>
  );
}

function About(): ReactElement {
  return (
    <Panel title={<Trans>Preview</Trans>}>
      <p className={css.soft}><Trans>See which variables, hosts and address the instance would have, before it is made. A preview saves nothing and keeps no port.</Trans></p>
    </Panel>
  );
}

/** Launches, shows the instance in its list, and opens the progress of what brings it up. */
function useLaunch(template: string) {
  const { t } = useLingui();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ key, values, comment }: { key: string; values: Record<string, unknown>; comment: string }) =>
      (await launchInstance({ path: { template, key }, body: { values, ...(comment !== "" && { comment }) }, throwOnError: true })).data,
    onSuccess: async ({ instance, command }) => {
      void refresh(client, [...SHOWN, "showOverview"]);
      if (command === null) notify({ tone: "good", title: t`${instance.key} is there already`, text: t`Nothing had to be done.` });
      else openProgress(command.command_id);
      await navigate({ to: "/templates/$template", params: { template }, search: { text: instance.key } });
    },
  });
}
