import { showCommandOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Command } from "@/api/generated";
import { holds } from "@/features/stacks/course";
import { FailedActions } from "@/features/stacks/FailedActions";
import { LeftByCancelled } from "@/features/stacks/LeftByCancelled";
import { StackName } from "@/features/stacks/StackName";
import { OpenLinks } from "@/features/stacks/services/OpenLinks";
import { ActorName } from "@/text/ActorName";
import { Ago, Elapsed } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Bar } from "@/ui/Bar";
import { Skeleton } from "@/ui/Empty";
import { Facts } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactElement } from "react";
import { Blocker, WaitsBehind } from "./Blocker";
import { CommandActions } from "./CommandActions";
import { FailureCard } from "./FailureCard";
import { attempts, remarks } from "./steps";
import { StepList } from "./StepList";
import { useJournal } from "./useJournal";
import css from "./CommandView.module.css";

/** Everything about one command: how far it is, each step, why it failed, and what can be done. Also the page behind its link. */
export function CommandView({ commandId }: { commandId: string }): ReactElement {
  const { t } = useLingui();
  const command = useQuery(showCommandOptions({ path: { id: commandId } }));
  const journal = useJournal(commandId);
  const folded = useMemo(() => attempts(journal.events), [journal.events]);
  if (command.isError) return <ProblemNote error={command.error} />;
  if (command.isPending) return <Skeleton label={t`Loading the command`} />;
  return (
    <div className={css.view}>
      <Standing command={command.data} />
      {command.data.failure !== null && <FailureCard failure={command.data.failure} stackId={command.data.stack_id} />}
      {remarks(command.data, journal.error === null).map((note, index) => <p key={index} className={css.soft}><Said message={note} /></p>)}
      <Brought command={command.data} />
      <Held command={command.data} />
      <LeftByCancelled command={command.data} />
      {command.data.status === "FAILED" ? <FailedActions command={command.data} first /> : <CommandActions command={command.data} />}
      {journal.error !== null ? <ProblemNote error={journal.error} /> : <StepList attempts={folded} />}
      <CommandFacts command={command.data} />
    </div>
  );
}

/** Where to look at what it has brought. */
function Brought({ command: { status, stack_id: stackId, version, payload } }: { command: Command }): ReactElement | null {
  if (status !== "DONE" || stackId === null || version === null || payload === null) return null;
  if (payload.kind !== "APPLY" && payload.kind !== "ROLLBACK" && payload.kind !== "DEPLOY") return null;
  return <OpenLinks stackId={stackId} version={version} service={payload.kind === "DEPLOY" ? payload.service : undefined} />;
}

/** What a failed command keeps from going on, and what frees it: the buttons below. */
function Held({ command }: { command: Command }): ReactElement | null {
  if (command.status !== "FAILED" || command.stack_id === null || !holds(command)) return null;
  const stays = command.payload !== null && "on_failure" in command.payload && command.payload.on_failure === "hold";
  return (
    <p>
      {stays && <><Trans>What it has done stays as it is.</Trans>{" "}</>}
      <Trans>It is held: other commands of this stack wait until somebody retries it, gives it up or rolls back.</Trans>
    </p>
  );
}

/** How far it is, or what it waits behind with what frees it. */
function Standing({ command }: { command: Command }): ReactElement {
  if (command.status !== "PENDING" || command.waits_behind === null) return <Progress command={command} />;
  return <Blocker holder={command.waits_behind} waiting={command} />;
}

/** "4 of 6", what runs now, until when; or why it has not begun. */
export function Progress({ command }: { command: Command }): ReactElement | null {
  const { t } = useLingui();
  const { progress, waits_behind: holder } = command;
  if (command.status === "PENDING") {
    return (
      <p className={css.soft}>
        {holder === null ? <Trans>It is next.</Trans> : <WaitsBehind holder={holder} />}
      </p>
    );
  }
  if (command.status !== "RUNNING" || progress === null) return null;
  const { done, total, deadline, current } = progress;
  return (
    <div className={css.progress} aria-live="polite">
      <span className={css.row}>
        <strong>{t`${done} of ${total}`}</strong>
        <Bar share={total > 0 ? done / total : 0} label={t`${done} of ${total} steps done`} />
        {deadline !== null && <span className={css.soft}><Trans>time limit <Ago at={deadline} /></Trans></span>}
      </span>
      {current.slice(0, 3).map((message, index) => <span key={index} className={css.soft}><Said message={message} /></span>)}
    </div>
  );
}

function CommandFacts({ command }: { command: Command }): ReactElement {
  const { t } = useLingui();
  const { timestamps } = command;
  return (
    <Facts
      items={[
        { id: "stack", name: t`Stack`, value: command.stack_id === null ? t`the host` : <StackName id={command.stack_id} /> },
        { id: "by", name: t`Asked for by`, value: <ActorName actor={command.principal} /> },
        { id: "created", name: t`Accepted`, value: <Ago at={timestamps.created_at} /> },
        ...(timestamps.started_at === null ? [] : [
          { id: "took", name: t`Took`, value: <Elapsed since={timestamps.started_at} until={timestamps.finished_at} /> },
        ]),
        { id: "attempts", name: t`Attempts`, value: command.attempt },
        { id: "seq", name: t`Number`, value: command.seq },
      ]}
    />
  );
}
