import { showVersionOptions } from "@/api/generated/@tanstack/react-query.gen";
import { scaleService, type Command, type StackDetails, type StackStatus } from "@/api/generated";
import { idempotencyKey } from "@/api/client";
import { isProblem } from "@/api/problem";
import { refresh } from "@/api/queries";
import { openProgress } from "@/features/commands/progress";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Checkbox, Field, Input, Select } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type ReactElement } from "react";
import { useBase } from "./base";
import { BaseField } from "./BaseField";
import { sharedData } from "./shared_data";
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
  const base = useBase(stack);
  const { data: version } = useQuery(showVersionOptions({ path: { id: stack.stack_id, version: base.version } }));
  const grows = !wrong && replicas > 1 && replicas > (desired ?? 0);
  const shared = grows ? sharedData(version?.model, chosen) : [];
  const [sure, setSure] = useState<string | null>(null);
  const off = whyNot(t, { wrong, same: replicas === desired, shared, sure: sure === chosen });
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
            disabledReason={off}
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
          if (off === undefined) scale.mutate({ service: chosen, replicas, ...(base.sent !== undefined && { base: base.sent }) });
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
        <BaseField base={base} onChoose={base.choose} latest={stack.latest_version} />
        {shared !== null && shared.length > 0 && (
          <Notice tone="bad" live title={<Trans>All containers of {chosen} write to {shared.join(", ")}</Trans>}>
            <p><Trans>Most databases are damaged when a second one opens the same data.</Trans></p>
            <Checkbox checked={sure === chosen} onChange={(checked) => setSure(checked ? chosen : null)}>
              <Trans>The program of {chosen} is made for that</Trans>
            </Checkbox>
          </Notice>
        )}
      </form>
      {scale.isError && <ProblemNote error={scale.error} />}
    </Dialog>
  );
}

type Translate = ReturnType<typeof useLingui>["t"];

function whyNot(t: Translate, { wrong, same, shared, sure }: { wrong: boolean; same: boolean; shared: readonly string[] | null; sure: boolean }): string | undefined {
  if (wrong) return t`Give a number of containers first`;
  if (same) return t`It has this number already`;
  if (shared === null) return t`What its containers would share is not known yet`;
  if (shared.length > 0 && !sure) return t`Say first that several containers may write to the same data`;
  return undefined;
}

function useScale(stack: StackDetails, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: { service: string; replicas: number; base?: number }): Promise<Command> => {
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
