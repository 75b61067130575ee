import { scaleService, type Command, type StackDetails, type StackStatus } from "@/api/generated";
import { idempotencyKey } from "@/api/client";
import { isProblem } from "@/api/problem";
import { refresh } from "@/api/queries";
import { openProgress } from "@/features/commands/progress";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field, Input, Select } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type ReactElement } from "react";
import css from "./ScaleDialog.module.css";

/** As many containers of one service as the server accepts. */
const MOST = 100;

/** Changes how many containers a service has: in the definition, so that the next apply does not undo it. */
export function ScaleDialog({ stack, status, service, onClose }: {
  stack: StackDetails;
  status: StackStatus | undefined;
  /** The service that is chosen at first. */
  service?: string;
  onClose: () => void;
}): ReactElement {
  const { t } = useLingui();
  const form = useId();
  const services = status?.services.filter((each) => each.desired > 0 || each.service === service) ?? [];
  const [chosen, setChosen] = useState(service ?? services[0]?.service ?? "");
  const desired = services.find((each) => each.service === chosen)?.desired;
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? String(desired ?? 1);
  const replicas = Number(text);
  const wrong = text.trim() === "" || !Number.isInteger(replicas) || replicas < 0 || replicas > MOST;
  const scale = useScale(stack, onClose);
  const next = stack.latest_version + 1;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Scale a service of ${stack.name}`}
      description={<Trans>The new number is written into the definition, saved as v{next}, and applied. Nothing else in the file changes.</Trans>}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button
            type="submit"
            form={form}
            look="primary"
            busy={scale.isPending}
            disabledReason={wrong ? t`Give a number of containers first` : replicas === desired ? t`It has this number already` : undefined}
          >
            <Trans>Save v{next} and apply</Trans>
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrong && replicas !== desired) scale.mutate({ service: chosen, replicas });
        }}
      >
        <Field label={t`Service`}>
          <Select
            value={chosen}
            choices={services.map((each) => ({ value: each.service, label: each.service }))}
            onChange={(value) => {
              setChosen(value);
              setTyped(null);
            }}
          />
        </Field>
        <Field
          label={t`Containers`}
          help={desired === undefined ? undefined : <Trans>Now {desired}. With 0 the service stays defined and nothing of it runs.</Trans>}
          error={wrong && text !== "" ? t`A whole number from 0 to ${MOST}` : undefined}
        >
          <Input type="number" inputMode="numeric" min={0} max={MOST} value={text} onValueChange={setTyped} />
        </Field>
      </form>
      {stack.current_version !== null && stack.current_version !== stack.latest_version && (
        <p><Trans>v{stack.latest_version} has not been applied yet: what it changes is applied together with the new number.</Trans></p>
      )}
      {scale.isError && <ProblemNote error={scale.error} />}
    </Dialog>
  );
}

function useScale(stack: StackDetails, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: { service: string; replicas: number }): Promise<Command> => {
      const { data } = await scaleService({
        path: { id: stack.stack_id },
        body,
        headers: { "If-Match": stack.revision, "Idempotency-Key": idempotencyKey() },
        throwOnError: true,
      });
      return data;
    },
    onSuccess: (command) => {
      onDone();
      openProgress(command.command_id);
      void refresh(client, ["showStack", "listStacks", "listVersions", "showQueue"]);
    },
    onError: (error) => {
      if (isProblem(error, "precondition-failed")) void refresh(client, ["showStack"]);
    },
  });
}
