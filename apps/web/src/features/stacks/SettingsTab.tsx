import { changeStack, type OnFailure, type StackDetails } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { refresh } from "@/api/queries";
import { Ago } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Code } from "@/ui/Copy";
import { Facts, Panel } from "@/ui/Page";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState, type ReactElement } from "react";
import { useRefused } from "./actions";
import { DeleteDialog } from "./delete/DeleteDialog";
import { FailureChoice } from "./FailureChoice";
import { LabelsPanel } from "./labels/LabelsPanel";
import css from "./SettingsTab.module.css";
import { useStack } from "./stack";

export function SettingsTab(): ReactElement {
  const stack = useStack();
  return (
    <>
      <OnFailureSetting key={stack.on_failure} stack={stack} />
      <Panel title={<Trans>About this stack</Trans>}>
        <Facts
          items={[
            { id: "name", name: <Trans>Name</Trans>, value: <Code>{stack.name}</Code> },
            { id: "id", name: <Trans>Id</Trans>, value: <Code>{stack.stack_id}</Code> },
            { id: "created", name: <Trans>Created</Trans>, value: <><Ago at={stack.created_at} /> · {stack.created_by.name}</> },
            { id: "changed", name: <Trans>Last change</Trans>, value: <Ago at={stack.updated_at} /> },
            { id: "revision", name: <Trans>Revision, for If-Match</Trans>, value: <Code>{stack.revision}</Code> },
          ]}
        />
      </Panel>
      <LabelsPanel stack={stack} />
      <Danger stack={stack} />
    </>
  );
}

function OnFailureSetting({ stack }: { stack: StackDetails }): ReactElement {
  const { t } = useLingui();
  const client = useQueryClient();
  const refused = useRefused();
  const [chosen, setChosen] = useState<OnFailure>(stack.on_failure);
  const save = useMutation({
    mutationFn: (next: OnFailure) =>
      changeStack({ path: { id: stack.stack_id }, body: { on_failure: next }, headers: { "If-Match": stack.revision }, throwOnError: true }),
    onSuccess: () => {
      notify({ tone: "good", title: t`Saved`, text: stack.name });
      void refresh(client, ["showStack", "listStacks"]);
    },
    onError: (error) => { if (isProblem(error, "precondition-failed")) void refresh(client, ["showStack"]); },
  });
  return (
    <Panel title={<Trans>When an apply fails</Trans>}>
      <FailureChoice value={chosen} onChange={setChosen} />
      <p className={css.soft}><Trans>Each plan can choose otherwise for its own apply.</Trans></p>
      {save.isError && <ProblemNote error={save.error} />}
      <div>
        <Button
          look="primary"
          busy={save.isPending}
          disabledReason={refused(stack, "change_stack") ?? (chosen === stack.on_failure ? t`Nothing has changed` : undefined)}
          onClick={() => save.mutate(chosen)}
        >
          <Trans>Save</Trans>
        </Button>
      </div>
    </Panel>
  );
}

function Danger({ stack }: { stack: StackDetails }): ReactElement {
  const refused = useRefused();
  const [open, setOpen] = useState(false);
  return (
    <Panel title={<Trans>Delete</Trans>}>
      <div className={css.danger}>
        <p>
          <Trans>Containers, volumes with their data, and the definition are separate choices. You see everything that goes, by name, before it does.</Trans>
        </p>
        <Button look="danger" icon={<Trash2 size={14} />} disabledReason={refused(stack, "delete_stack")} onClick={() => setOpen(true)}>
          <Trans>Delete {stack.name}…</Trans>
        </Button>
      </div>
      {open && <DeleteDialog stack={stack} onClose={() => setOpen(false)} />}
    </Panel>
  );
}
