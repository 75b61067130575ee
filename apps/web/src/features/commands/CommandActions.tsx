import { useMay, useStackName } from "@/access/useMay";
import { ButtonLink } from "@/app/ButtonLink";
import { refresh } from "@/api/queries";
import { cancelCommand, retryCommand, type Command } from "@/api/generated";
import { useRefused } from "@/features/stacks/actions";
import { BRINGING, type WaysOut } from "@/features/stacks/course";
import { ProblemText } from "@/text/ProblemNote";
import { Button, Hint } from "@/ui/Button";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ban, RotateCw, Undo2 } from "lucide-react";
import { useState, type ReactElement } from "react";
import { CancelDialog } from "./CancelDialog";
import { useCommandName } from "./naming";
import { openProgress } from "./progress";
import css from "./CommandActions.module.css";

const CALLS = { retry: retryCommand, cancel: cancelCommand } as const;

/** What can be done to a command: cancel it while it waits or runs; retry it, give it up or roll back when it has failed. */
export function CommandActions({ command, named, ways }: {
  command: Pick<Command, "command_id" | "status" | "actions" | "stack_id" | "kind" | "version">;
  /** What the command is called, where the page is about another one. */
  named?: string;
  /** What else can be done about one that failed, and what is the thing to do. */
  ways?: WaysOut;
}): ReactElement | null {
  const { t } = useLingui();
  const client = useQueryClient();
  const nameOf = useCommandName();
  const refused = useRefused();
  const may = useMay();
  const stack = useStackName(command.stack_id);
  const [asking, setAsking] = useState(false);
  const act = useMutation({
    mutationFn: async (action: keyof typeof CALLS) => (await CALLS[action]({ path: { id: command.command_id }, throwOnError: true })).data,
    onSuccess: (_, action) => {
      if (action === "retry") openProgress(command.command_id);
      void refresh(client, ["showCommand", "showQueue", "showOverview", "listCommands"]);
    },
    onError: (error) => notify({ tone: "bad", title: t`Not accepted`, text: <ProblemText error={error} /> }),
  });
  if (command.status === "DONE" || command.status === "CANCELLED") return null;
  const failed = command.status === "FAILED";
  // One that waits has done nothing yet, so nothing has to be asked.
  const runs = command.status === "RUNNING";
  const back = ways?.back ?? null;
  const off = refused({ name: stack, actions: command.actions }, "cancel_command");
  const cancel = (
    <Button small icon={<Ban size={13} />} busy={act.isPending && act.variables === "cancel"} disabledReason={off} onClick={() => (runs ? setAsking(true) : act.mutate("cancel"))}>
      {!failed ? t`Cancel` : named === undefined ? t`Give up` : t`Give up ${named}`}
    </Button>
  );
  return (
    <span className={css.actions}>
      {failed && command.stack_id !== null && back !== null && (
        <ButtonLink
          small
          look={ways?.first === "back" ? "primary" : "default"}
          icon={<Undo2 size={13} />}
          disabledReason={may("make_plan", stack)}
          to="/stacks/$stackId/plan"
          params={{ stackId: command.stack_id }}
          search={{ version: back, purpose: "rollback" }}
        >
          <Trans>Roll back to v{back}…</Trans>
        </ButtonLink>
      )}
      {failed && (
        <Button
          small
          look={ways?.first === "retry" ? "primary" : "default"}
          icon={<RotateCw size={13} />}
          busy={act.isPending && act.variables === "retry"}
          disabledReason={refused({ name: stack, actions: command.actions }, "retry_command")}
          onClick={() => act.mutate("retry")}
        >
          {named === undefined ? t`Retry` : t`Retry ${named}`}
        </Button>
      )}
      {failed && off === undefined ? <Hint text={t`It is not tried again, and the commands behind it go on. What it has done stays.`}>{cancel}</Hint> : cancel}
      <CancelDialog
        name={nameOf(command)}
        restores={BRINGING.includes(command.kind)}
        open={asking && runs}
        onClose={() => setAsking(false)}
        onConfirm={() => { setAsking(false); act.mutate("cancel"); }}
      />
    </span>
  );
}
