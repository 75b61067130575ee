import type { OnDemandStart } from "@/api/generated";
import { clockTime, duration, moment } from "@/text/dates";
import { Empty } from "@/ui/Empty";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { Bars } from "./Bars";
import { failureText } from "./words";

/** The last starts, the newest at the right: until its containers ran, and from then until it answered. A failed one is hatched. */
export function StartChart({ starts }: { starts: readonly OnDemandStart[] }): ReactElement {
  const { t } = useLingui();
  if (starts.length === 0) return <Empty title={<Trans>It has not been started yet</Trans>}><Trans>The times of its last 50 starts will be here.</Trans></Empty>;
  const shown = starts.toReversed();
  const top = Math.max(...starts.map((start) => start.until_running_seconds + start.until_ready_seconds));
  const text = (start: OnDemandStart) => {
    const at = clockTime(Date.parse(start.at));
    const [running, ready] = [duration(start.until_running_seconds * 1_000), duration(start.until_ready_seconds * 1_000)];
    if (start.failure === null) return t`${at}: ran after ${running}, answered ${ready} later`;
    const why = failureText(start.failure);
    return t`${at}: failed after ${running}: ${why}`;
  };
  return (
    <Bars
      bars={shown.map((start, index) => ({
        id: `${start.at} ${index}`,
        text: text(start),
        parts: start.failure === null
          ? [{ part: "ready", value: start.until_ready_seconds }, { part: "running", value: start.until_running_seconds }]
          : [{ part: "failed", value: start.until_running_seconds + start.until_ready_seconds }],
      }))}
      top={top}
      most={duration(top * 1_000)}
      from={moment(Date.parse(shown[0]?.at ?? ""))}
      until={moment(Date.parse(shown.at(-1)?.at ?? ""))}
      legend={[
        { part: "running", word: <Trans>until it ran</Trans> },
        { part: "ready", word: <Trans>until it answered</Trans> },
        { part: "failed", word: <Trans>failed</Trans> },
      ]}
      table={
        <ul aria-label={t`Last starts`}>
          {shown.map((start, index) => <li key={`${start.at} ${index}`}>{text(start)}</li>)}
        </ul>
      }
    />
  );
}
