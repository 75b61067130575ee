import type { OnDemandService } from "@/api/generated";
import { useStep } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field, Input } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { useId, useState, type ReactElement } from "react";
import { nameOf, useSettings } from "./useChange";

/** As the field of the browser has it: the time where the person is, to the minute. */
function local(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** Until when it stays awake, to the minute. */
export function AwakeDialog({ service, onClose }: { service: OnDemandService; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const form = useId();
  const settings = useSettings();
  const [text, setText] = useState(() => local(new Date(Date.now() + 3_600_000)));
  const now = useStep(10) * 1_000;
  const at = Date.parse(text);
  const name = nameOf(service);
  const wrong = Number.isNaN(at) ? t`Choose a day and a time` : at <= now ? t`This time is over` : undefined;
  const save = () => settings.mutate({ service, change: { awake_until: new Date(at).toISOString() } }, { onSuccess: onClose });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Keep ${name} awake`}
      description={<Trans>Once it is awake, it stays so until then. It does not wake because of that.</Trans>}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" form={form} look="primary" busy={settings.isPending} disabledReason={wrong}><Trans>Keep awake</Trans></Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => { event.preventDefault(); if (wrong === undefined) save(); }}>
        <Field label={<Trans>Until</Trans>} error={wrong}>
          <Input type="datetime-local" value={text} min={local(new Date(now))} onValueChange={setText} />
        </Field>
      </form>
      {settings.isError && <ProblemNote error={settings.error} />}
    </Dialog>
  );
}
