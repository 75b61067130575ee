import { ButtonLink } from "@/app/ButtonLink";
import { refresh } from "@/api/queries";
import { cancelCommand, retryCommand, type Command } from "@/api/generated";
import { refusal } from "@/features/stacks/actions";
import { ProblemText } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { notify } from "@/ui/Toaster";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ban, RotateCw, Undo2 } from "lucide-react";
import type { ReactElement } from "react";
import { openProgress } from "./progress";
import css from "./CommandActions.module.css";

const CALLS = { retry: retryCommand, cancel: cancelCommand } as const;

/** What can be done to a command: cancel it while it waits or runs; retry, cancel or roll back when it has failed. */
export function CommandActions({ command, rollbackTo }: {
  command: Pick<Command, "command_id" | "status" | "actions" | "stack_id">;
  /** The version that runs; offers a plan that goes back to it. */
  rollbackTo?: number | null;
}): ReactElement | null {
  const { t } = useLingui();
  const client = useQueryClient();
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
  return (
    <span className={css.actions}>
      {failed && (
        <Button
          small
          icon={<RotateCw size={13} />}
          busy={act.isPending && act.variables === "retry"}
          disabledReason={refusal(command.actions, "retry_command")}
          onClick={() => act.mutate("retry")}
        >
          {t`Retry`}
        </Button>
      )}
      {failed && command.stack_id !== null && rollbackTo !== undefined && rollbackTo !== null && (
        <ButtonLink
          small
          icon={<Undo2 size={13} />}
          to="/stacks/$stackId/plan"
          params={{ stackId: command.stack_id }}
          search={{ version: rollbackTo, purpose: "rollback" }}
        >
          {t`Roll back to v${rollbackTo}`}
        </ButtonLink>
      )}
      <Button
        small
        icon={<Ban size={13} />}
        busy={act.isPending && act.variables === "cancel"}
        disabledReason={refusal(command.actions, "cancel_command")}
        onClick={() => act.mutate("cancel")}
      >
        {t`Cancel`}
      </Button>
    </span>
  );
}
