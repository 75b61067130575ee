import { setStackLabels, type StackDetails } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { refresh } from "@/api/queries";
import { FormDialog } from "@/features/secrets/FormDialog";
import { Field, TextArea } from "@/ui/Field";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { labelsIn, MOST_LABELS, parseLabels, sameLabels, type LabelProblem, type Labels } from "./labels";

/** Replaces the labels of a stack. */
export function LabelsDialog({ stack, onClose }: { stack: StackDetails; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const { stack_id: id, name, labels } = stack;
  const client = useQueryClient();
  const [text, setText] = useState(() => labelsIn(labels).join("\n"));
  const [problem, setProblem] = useState<LabelProblem | null>(null);
  const save = useMutation({
    mutationFn: (next: Labels) => setStackLabels({ path: { id }, body: { labels: next }, headers: { "If-Match": stack.revision }, throwOnError: true }),
    onSuccess: () => {
      notify({ tone: "good", title: t`Saved`, text: name });
      void refresh(client, ["showStack", "listStacks", "listAudit"]);
      onClose();
    },
    // What is saved next is meant for the stack as it is then.
    onError: (error) => { if (isProblem(error, "precondition-failed")) void refresh(client, ["showStack"]); },
  });
  const submit = () => {
    const read = parseLabels(text);
    if ("problem" in read) setProblem(read.problem);
    else if (sameLabels(read.labels, labels)) onClose();
    else save.mutate(read.labels);
  };
  const change = (next: string) => {
    setText(next);
    setProblem(null);
    if (save.isError) save.reset();
  };
  return (
    <FormDialog
      title={t`Labels of ${name}`}
      description={t`Whoever has access by a label gets or loses it as soon as you save.`}
      save={<Trans>Save</Trans>}
      busy={save.isPending}
      error={save.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field
        label={<Trans>Labels</Trans>}
        help={<Trans>One per line, as <code>key=value</code>. Keys have lowercase letters, digits and <code>-_./</code>; values have letters, digits and <code>-_.</code>.</Trans>}
        error={problem !== null && <ProblemOf problem={problem} />}
      >
        <TextArea mono rows={6} value={text} onChange={(event) => change(event.target.value)} />
      </Field>
    </FormDialog>
  );
}

function ProblemOf({ problem: { kind, text } }: { problem: LabelProblem }): ReactElement {
  switch (kind) {
    case "form": return <Trans>“{text}” has no equals sign. Write the key, “=” and the value.</Trans>;
    case "key": return <Trans>“{text}” cannot be a key. A key has 1 to 63 characters and begins and ends with a lowercase letter or a digit.</Trans>;
    case "value": return <Trans>“{text}” cannot be a value. A value has at most 63 letters, digits, “-”, “_” and “.”.</Trans>;
    case "twice": return <Trans>The key “{text}” is there twice.</Trans>;
    case "many": return <Trans>These are {text} labels. A stack can have at most {MOST_LABELS}.</Trans>;
  }
}
