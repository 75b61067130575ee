import type { Command, Plan, Stack } from "@/api/generated";
import { deleteStack, planDelete } from "@/api/generated";
import { idempotencyKey } from "@/api/client";
import { isProblem } from "@/api/problem";
import { refresh } from "@/api/queries";
import { openProgress } from "@/features/commands/progress";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Checkbox, Field, Input } from "@/ui/Field";
import { Skeleton } from "@/ui/Empty";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { bodyOf, deletionOf, mayDelete, needsName, turn, USUAL, type DeleteChoices, type Deletion } from "./choices";
import { Goes } from "./Goes";
import { LostSecrets } from "./LostSecrets";

const WORDS = {
  delete: msg`Delete`,
  forget: msg`Forget`,
  down: msg`Take down`,
} as const satisfies Record<Deletion, unknown>;

/** What goes, in separate choices, and by name: the plan of the server for exactly these choices. */
export function DeleteDialog({ stack, onClose }: { stack: Stack; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const [choices, setChoices] = useState<DeleteChoices>(USUAL);
  const [typed, setTyped] = useState("");
  const plan = useDeletePlan(stack, choices);
  const removal = useDeletion(stack, onClose, () => void plan.refetch());
  const deletion = deletionOf(choices);
  const { name } = stack;
  const set = (which: keyof DeleteChoices) => (on: boolean) => setChoices((before) => turn(before, which, on));
  return (
    <Dialog
      open
      onClose={onClose}
      keepOpen
      title={t`Delete ${name}`}
      description={<Trans>Choose what goes. What is not chosen stays as it is.</Trans>}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button
            look="danger"
            busy={removal.isPending}
            disabledReason={whyNot(t, { choices, name, typed, plan: plan.data })}
            onClick={() => removal.mutate({ choices, planId: plan.data?.plan_id })}
          >
            {t(WORDS[deletion ?? "delete"])}
          </Button>
        </>
      }
    >
      <Checkbox checked={choices.containers} onChange={set("containers")} help={t`Otherwise they keep running, and nobody watches them any more.`}>
        <Trans>Containers and networks</Trans>
      </Checkbox>
      <Checkbox checked={choices.volumes} onChange={set("volumes")} help={t`Their data cannot be brought back.`}>
        <Trans>Volumes with their data</Trans>
      </Checkbox>
      <Checkbox checked={choices.definition} onChange={set("definition")} help={t`Otherwise the stack stays in the list with its history, and can be applied again.`}>
        <Trans>The definition with all {stack.latest_version} versions</Trans>
      </Checkbox>
      {choices.definition && !choices.volumes && <LostSecrets stack={stack} />}
      {deletion !== null && <What plan={plan} deletion={deletion} />}
      {needsName(choices) && (
        <Field label={<Trans>Type <code>{name}</code> to confirm that the data goes</Trans>}>
          <Input mono autoComplete="off" value={typed} onValueChange={setTyped} />
        </Field>
      )}
      {removal.isError && <ProblemNote error={removal.error} />}
    </Dialog>
  );
}

function What({ plan, deletion }: { plan: ReturnType<typeof useDeletePlan>; deletion: Deletion }): ReactElement {
  const { t } = useLingui();
  if (plan.isError) return <ProblemNote error={plan.error} actions={<Button small onClick={() => void plan.refetch()}><Trans>Try again</Trans></Button>} />;
  if (plan.data === undefined) return <Skeleton lines={3} label={t`Looking at what would go`} />;
  return <Goes plan={plan.data} deletion={deletion} />;
}

function useDeletePlan(stack: Stack, choices: DeleteChoices) {
  return useQuery({
    queryKey: ["plan to delete", stack.stack_id, choices],
    queryFn: async ({ signal }): Promise<Plan> => {
      const { data } = await planDelete({ path: { id: stack.stack_id }, body: bodyOf(choices), signal, throwOnError: true });
      return data;
    },
    enabled: deletionOf(choices) !== null,
    // A plan is made for the moment; when the dialog opens again, it is made again.
    gcTime: 0,
  });
}

function useDeletion(stack: Stack, onClose: () => void, onStale: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ choices, planId }: { choices: DeleteChoices; planId: string | undefined }): Promise<Command> => {
      const { data } = await deleteStack({
        path: { id: stack.stack_id },
        body: bodyOf(choices, planId),
        headers: { "If-Match": stack.revision, "Idempotency-Key": idempotencyKey() },
        throwOnError: true,
      });
      return data;
    },
    onSuccess: (command, { choices }) => {
      onClose();
      if (choices.definition) void navigate({ to: "/stacks" });
      openProgress(command.command_id);
      void refresh(client, ["listStacks", "showStack", "showQueue"]);
    },
    onError: (error) => {
      if (isProblem(error, "plan-stale")) onStale();
      if (isProblem(error, "precondition-failed")) void refresh(client, ["showStack"]);
    },
  });
}

type Translate = ReturnType<typeof useLingui>["t"];

function whyNot(t: Translate, { choices, name, typed, plan }: { choices: DeleteChoices; name: string; typed: string; plan: Plan | undefined }): string | undefined {
  if (deletionOf(choices) === null) return t`Choose what goes`;
  if (plan === undefined) return t`What would go is not known yet`;
  if (plan.blockers.length > 0) return t`Something prevents it; see above`;
  if (!mayDelete(choices, name, typed)) return t`Type the name of the stack first`;
  return undefined;
}
