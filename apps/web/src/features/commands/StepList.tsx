import type { Progress, StepOp } from "@/api/generated";
import { Ago, Elapsed } from "@/text/Ago";
import { bytes } from "@/text/sizes";
import { Said } from "@/text/said";
import { stateWord } from "@/text/values";
import { Bar } from "@/ui/Bar";
import { Mark } from "@/ui/Chip";
import { WaitedBehind, WaitsBehind } from "./Blocker";
import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import type { Attempt, StepRow } from "./steps";
import css from "./StepList.module.css";

const WAITS: Partial<Record<StepOp, MessageDescriptor>> = {
  await_healthy: msg`wait until it is healthy`,
  await_completed: msg`wait until it has completed`,
  await_stable: msg`wait until it is stable`,
  verify_artifact: msg`check that it works`,
};

/** Reasons that the step itself has ended: beside one that is done they would be false. */
const ENDED: ReadonlySet<string> = new Set([
  "cause_missing",
  "cause_network_missing",
  "cause_wrong_name",
  "cause_not_running",
  "cause_paused",
  "cause_artifact_missing",
  "cause_artifact_inactive",
  "cause_artifact_unverified",
  "cause_before_interruption",
  "cause_readiness",
]);

/** The steps of a command as they happen: the running ones move, the failed ones say why. */
export function StepList({ attempts }: { attempts: readonly Attempt[] }): ReactElement {
  return (
    <>
      {attempts.map((attempt) => (
        <section key={attempt.number} className={css.attempt}>
          {attempts.length > 1 && (
            <h3 className={css.heading}><Trans>Attempt {attempt.number}</Trans> <span className={css.when}><Ago at={attempt.since} /></span></h3>
          )}
          <ol className={css.steps}>
            {attempt.rows.map((row) => <Step key={row.key} row={row} />)}
          </ol>
          {attempt.notes.map((note, index) => <p key={index} className={css.note}><Said message={note} /></p>)}
        </section>
      ))}
    </>
  );
}

function Step({ row }: { row: StepRow }): ReactElement {
  return (
    <li className={css.step}>
      <span className={css.mark}><Mark tone={row.tone} /><Word row={row} /></span>
      <div className={css.what}>
        <What row={row} />
        {row.cause !== null && !(row.tone === "good" && ENDED.has(row.cause.code)) && <span className={css.cause}><Said message={row.cause} /></span>}
        {row.endedAt === null && row.progress !== null && <StepProgress progress={row.progress} />}
        {row.notes.map((note, index) => <p key={index} className={css.failure}><Said message={note} /></p>)}
      </div>
      <span className={css.time}><Elapsed since={row.startedAt} until={row.endedAt} /></span>
    </li>
  );
}

function What({ row: { action, heldBy, op, target, endedAt } }: { row: StepRow }): ReactElement {
  const { t } = useLingui();
  if (action !== null) return <Said message={action} />;
  if (heldBy !== null) return endedAt === null ? <><Trans>Held.</Trans> <WaitsBehind holder={heldBy} /></> : <WaitedBehind holder={heldBy} />;
  const wait = op === null ? undefined : WAITS[op];
  return <>{target}: {wait === undefined ? op : t(wait)}</>;
}

/** The state of a step in a word, for those who do not see the mark. */
function Word({ row }: { row: StepRow }): ReactElement {
  const { t } = useLingui();
  if (row.heldBy !== null) return <span className="visually-hidden">{row.endedAt === null ? t`held` : t`done`}</span>;
  const words = { good: t`done`, busy: t`in progress`, warn: t`failed, which does no harm`, bad: t`failed`, calm: t`broken off`, asleep: "" };
  return <span className="visually-hidden">{words[row.tone]}</span>;
}

function StepProgress({ progress }: { progress: Progress }): ReactElement | null {
  const { t } = useLingui();
  if (progress.kind === "pulling") {
    const share = progress.total > 0 ? progress.current / progress.total : 0;
    return (
      <span className={css.progress}>
        <Bar share={share} label={t`${bytes(progress.current)} of ${bytes(progress.total)}`} />
        {progress.status} {progress.total > 0 && <Trans>{bytes(progress.current)} of {bytes(progress.total)}</Trans>}
      </span>
    );
  }
  if (progress.kind === "building") {
    return <pre className={css.build}>{[progress.step ?? progress.status, ...progress.lines.slice(-6)].join("\n")}</pre>;
  }
  if (progress.kind === "waiting") return <span className={css.progress}>{stateWord(progress.state)}</span>;
  return null;
}
