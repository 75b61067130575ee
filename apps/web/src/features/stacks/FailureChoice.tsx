import type { OnFailure } from "@/api/generated";
import { Radio, RadioGroup } from "@/ui/Radio";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";

/** What happens when an apply fails in the middle. */
export function FailureChoice({ value, onChange, first }: {
  value: OnFailure;
  onChange: (value: OnFailure) => void;
  /** Nothing was applied before that could be brought back. */
  first?: boolean;
}): ReactElement {
  const { t } = useLingui();
  if (first === true) {
    return (
      <p>
        <Trans>
          Everything stays as it is at that moment, until you retry it or give it up: no version was applied before that could be brought back.
        </Trans>
      </p>
    );
  }
  return (
    <RadioGroup label={t`When an apply fails`} value={value} onChange={onChange}>
      <Radio value="rollback" help={t`The version that was applied before is brought back by itself.`}><Trans>Roll back</Trans></Radio>
      <Radio value="hold" help={t`Everything stays as it is at that moment, for you to look at. Commands of this stack wait until you retry or cancel.`}>
        <Trans>Hold</Trans>
      </Radio>
      <Radio value="continue" help={t`Everything stays as it is at that moment, and the queue goes on with the next command.`}><Trans>Go on</Trans></Radio>
    </RadioGroup>
  );
}
