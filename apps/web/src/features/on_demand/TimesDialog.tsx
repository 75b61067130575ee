import { showStackOptions, showVersionOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { OnDemandService } from "@/api/generated";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field, Input } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useId, useState, type ReactElement, type ReactNode } from "react";
import { declaredTimes, FIELDS, isTaken, parseTime, timeText, type TimeName } from "./times";
import { nameOf, useSettings } from "./useChange";
import css from "./OnDemand.module.css";

const NAMES = ["idle", "start", "block"] as const satisfies readonly TimeName[];

/** The times of a service beside its definition. An empty field is the time of the definition. */
export function TimesDialog({ service, onClose }: { service: OnDemandService; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const form = useId();
  const settings = useSettings();
  const declared = useDeclared(service);
  const [typed, setTyped] = useState<Record<TimeName, string>>(() => ({ idle: setText(service, "idle"), start: setText(service, "start"), block: setText(service, "block") }));
  const name = nameOf(service);
  const wrong = NAMES.filter((each) => typed[each].trim() !== "" && !isTaken(each, typed[each]));
  const changed = NAMES.filter((each) => typed[each].trim() !== setText(service, each));
  const texts: Record<TimeName, { label: ReactNode; help: ReactNode }> = {
    idle: { label: <Trans>Sleeps after</Trans>, help: <Trans>For how long nobody must have used it.</Trans> },
    start: { label: <Trans>A start may take</Trans>, help: <Trans>After that it has failed.</Trans> },
    block: { label: <Trans>A request is held for</Trans>, help: <Trans>One that gets no waiting page, such as that of a program.</Trans> },
  };
  const save = () => {
    const change = Object.fromEntries(NAMES.map((each) => [FIELDS[each], parseTime(typed[each])]));
    settings.mutate({ service, change }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Times of ${name}`}
      description={<Trans>They hold beside the definition, for every version, until you take them back. No version is made and nothing is interrupted.</Trans>}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button
            type="submit"
            form={form}
            look="primary"
            busy={settings.isPending}
            disabledReason={wrong.length > 0 ? t`Give times such as 10m, 90s or 1h30m` : changed.length === 0 ? t`Nothing has changed` : undefined}
          >
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      <form id={form} className={css.form} onSubmit={(event) => { event.preventDefault(); if (wrong.length === 0 && changed.length > 0) save(); }}>
        {NAMES.map((each) => (
          <div key={each} className={css.time}>
            <Field label={texts[each].label} help={texts[each].help} error={wrong.includes(each) && (each === "idle" ? <Trans>A time such as 10m, 90s or 1h30m, from 5 seconds to 30 days</Trans> : <Trans>A time such as 10m, 90s or 1h30m, from 1 second to 1 hour</Trans>)}>
              <Input mono autoComplete="off" value={typed[each]} placeholder={placeholder(declared?.[each])} onValueChange={(text) => setTyped({ ...typed, [each]: text })} />
            </Field>
            {typed[each] !== "" && <Button small look="quiet" onClick={() => setTyped({ ...typed, [each]: "" })}><Trans>Back to the definition</Trans></Button>}
          </div>
        ))}
      </form>
      {settings.isError && <ProblemNote error={settings.error} />}
    </Dialog>
  );

  function placeholder(seconds: number | null | undefined): string {
    return seconds === undefined ? "" : seconds === null ? t`learned` : timeText(seconds);
  }
}

function setText({ set }: OnDemandService, name: TimeName): string {
  const seconds = set[FIELDS[name]] ?? null;
  return seconds === null ? "" : timeText(seconds);
}

/** What the applied version says; what is in force where nothing is set; undefined while it is not known. */
function useDeclared(service: OnDemandService): Partial<Record<TimeName, number | null>> | undefined {
  const stack = useQuery(showStackOptions({ path: { id: service.stack_id } }));
  const version = stack.data?.current_version ?? null;
  const model = useQuery({ ...showVersionOptions({ path: { id: service.stack_id, version: version ?? 1 } }), enabled: version !== null }).data?.model;
  if (model !== undefined) return declaredTimes(model, service.service);
  return Object.fromEntries(NAMES.filter((name) => (service.set[FIELDS[name]] ?? null) === null).map((name) => [name, service[FIELDS[name]]]));
}
