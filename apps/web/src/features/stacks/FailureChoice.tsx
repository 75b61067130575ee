import type { OnFailure } from "@/api/generated";
import { Radio, RadioGroup } from "@/ui/Radio";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";

/** What happens when an apply fails in the middle. */
export function FailureChoice({ value, onChange }: { value: OnFailure; onChange: (value: OnFailure) => void }): ReactElement {
  const { t } = useLingui();
  return (
    <RadioGroup label={t`When an apply fails`} value={value} onChange={onChange}>
      <Radio value="rollback" help={t`The version that was applied before is brought back by itself.`}><Trans>Roll back</Trans></Radio>
      <Radio value="hold" help={t`Everything stays as it is at that moment, for you to look at. Commands of this stack wait until you retry or cancel.`}>
        <Trans>Hold</Trans>
      </Radio>
    </RadioGroup>
  );
}
