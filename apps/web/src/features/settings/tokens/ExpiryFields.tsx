import { useStep } from "@/text/Ago";
import { period } from "@/text/dates";
import { Field, Input, Select, type Choice } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement, ReactNode } from "react";
import { dayOf, type Draft, type Expiry } from "./draft";

const DAY_SECONDS = 86_400;

/** Until when the token is valid. */
export function ExpiryFields({ draft, error, onChange }: { draft: Draft; error: ReactNode; onChange: (part: Partial<Draft>) => void }): ReactElement {
  const { t } = useLingui();
  const days = (expiry: Expiry): Choice<Expiry> => ({ value: expiry, label: t`After ${period(Number(expiry) * DAY_SECONDS)}` });
  const choices: Choice<Expiry>[] = [
    days("7"), days("30"), days("90"),
    { value: "365", label: t`After 1 year` },
    { value: "day", label: t`After a day of your choice` },
    { value: "never", label: t`Never` },
  ];
  const now = useStep(60) * 1_000;
  const byDay = draft.expiry === "day";
  return (
    <>
      <Field
        label={<Trans>Expires</Trans>}
        help={draft.expiry === "never" ? <Trans>It is valid until somebody revokes it.</Trans> : undefined}
        error={byDay ? undefined : error}
      >
        <Select value={draft.expiry} choices={choices} onChange={(expiry) => onChange({ expiry })} />
      </Field>
      {byDay && (
        <Field label={<Trans>Last valid day</Trans>} error={error}>
          <Input type="date" required min={dayOf(new Date(now))} value={draft.lastDay} onValueChange={(lastDay) => onChange({ lastDay })} />
        </Field>
      )}
    </>
  );
}
