import type { StackDetails, VersionSummary } from "@/api/generated";
import { COMMAND_STATUSES } from "@/text/states";
import { Chip } from "@/ui/Chip";
import { Trans, useLingui } from "@lingui/react/macro";
import { Tag } from "lucide-react";
import type { ReactElement } from "react";
import type { Outcome } from "./outcome";
import css from "./VersionMarks.module.css";

/** What distinguishes a version: whether it is applied, failed or never ran, whether it is the newest, and the tag that somebody gave it. */
export function VersionMarks({ version, outcome, stack }: { version: Pick<VersionSummary, "version" | "tag">; outcome: Outcome; stack: StackDetails }): ReactElement {
  return (
    <>
      {version.version === stack.current_version && <Chip tone="good"><Trans>applied</Trans></Chip>}
      <OutcomeChip outcome={outcome} />
      {version.version === stack.latest_version && <Chip tone="calm" mark={false}><Trans>newest</Trans></Chip>}
      {version.tag !== null && (
        <Chip tone="busy" mark={false}><span className={css.tag}><Tag size={11} aria-hidden />{version.tag}</span></Chip>
      )}
    </>
  );
}

function OutcomeChip({ outcome: { open, failed, ran } }: { outcome: Outcome }): ReactElement | null {
  const { t } = useLingui();
  if (open !== undefined) return <Chip tone={COMMAND_STATUSES[open.status].tone}>{t(COMMAND_STATUSES[open.status].word)}</Chip>;
  if (failed) return <Chip tone="bad"><Trans>failed to apply</Trans></Chip>;
  return ran ? null : <Chip tone="calm"><Trans>never applied</Trans></Chip>;
}
