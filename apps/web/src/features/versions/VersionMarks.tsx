import type { StackDetails, VersionSummary } from "@/api/generated";
import { Chip } from "@/ui/Chip";
import { Trans } from "@lingui/react/macro";
import { Tag } from "lucide-react";
import type { ReactElement } from "react";
import css from "./VersionMarks.module.css";

/** What distinguishes a version: whether it is applied, whether it is the newest, and the tag that somebody gave it. */
export function VersionMarks({ version, stack }: { version: Pick<VersionSummary, "version" | "tag">; stack: StackDetails }): ReactElement {
  return (
    <>
      {version.version === stack.current_version && <Chip tone="good"><Trans>applied</Trans></Chip>}
      {version.version === stack.latest_version && <Chip tone="calm" mark={false}><Trans>newest</Trans></Chip>}
      {version.tag !== null && (
        <Chip tone="busy" mark={false}><span className={css.tag}><Tag size={11} aria-hidden />{version.tag}</span></Chip>
      )}
    </>
  );
}
