import type { Finding, Version } from "@/api/generated";
import { place } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { SEVERITIES } from "@/text/states";
import { Chip } from "@/ui/Chip";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./FindingList.module.css";

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** What to reconsider before this goes into production: the worst first. */
export function FindingList({ version }: { version: Pick<Version, "findings" | "findings_summary"> }): ReactElement {
  const { findings, findings_summary: summary } = version;
  if (findings === null) return <p><Trans>This release no longer accepts this definition, so it cannot be looked through. Save it anew to see why.</Trans></p>;
  if (findings.length === 0) return <p><Trans>Nothing found.</Trans></p>;
  const sorted = findings.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
  return (
    <>
      <ul className={css.findings}>{sorted.map((finding) => <Row key={`${finding.code} ${finding.path} ${place(finding)} ${finding.message.text}`} finding={finding} />)}</ul>
      {summary !== null && summary.left_out > 0 && <p><Trans>and {summary.left_out} more</Trans></p>}
    </>
  );
}

function Row({ finding }: { finding: Finding }): ReactElement {
  const { t } = useLingui();
  const { tone, word } = SEVERITIES[finding.severity];
  return (
    <li className={css.finding}>
      <Chip tone={tone}>{t(word)}</Chip>
      <div>
        <p><Said message={finding.message} /></p>
        <p className={css.soft}><Said message={finding.hint} /></p>
        <p className={css.soft}><code>{finding.code}</code>{finding.file !== null && <> · <code>{place(finding)}</code></>}</p>
      </div>
    </li>
  );
}
