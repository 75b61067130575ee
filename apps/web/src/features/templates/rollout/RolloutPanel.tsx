import { useMay } from "@/access/useMay";
import { cancelRollout, type FailedUpgrade, type Rollout } from "@/api/generated";
import { showRolloutQueryKey } from "@/api/generated/@tanstack/react-query.gen";
import { refresh } from "@/api/queries";
import { openProgress } from "@/features/commands/progress";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Bar } from "@/ui/Bar";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Panel } from "@/ui/Page";
import { TextButton } from "@/ui/TextButton";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactElement } from "react";
import css from "./Rollout.module.css";
import { countRollout, isOpen, isQuiet } from "./rollout";

/** As many failures are named here; a thousand would hide the table. */
const FAILURES = 12;

/** In milliseconds: the server looks after rollouts each second, and no notice of the stream says that it has. */
const LOOKED_AFTER = 1_500;

/** In milliseconds: a server with much to do may take longer, but one that has said nothing by then has nothing to say. */
const LONGEST = 30_000;

/** Those whose end somebody has read and put away, until the page is loaded again. */
const putAway = new Set<string>();

/** How far the upgrade of all instances is, and how it ended if it did not end well. */
export function RolloutPanel({ template, rollout, changedAt }: {
  template: string;
  rollout: Rollout;
  /** When the instances were read last. */
  changedAt: number;
}): ReactElement | null {
  const id = `${template} ${rollout.started_at}`;
  const [, setClosed] = useState("");
  if (isOpen(rollout)) return <OpenRollout template={template} rollout={rollout} changedAt={changedAt} />;
  if (isQuiet(rollout) || putAway.has(id)) return null;
  const close = () => {
    putAway.add(id);
    setClosed(id);
  };
  return <EndedRollout rollout={rollout} onClose={close} />;
}

function OpenRollout({ template, rollout, changedAt }: { template: string; rollout: Rollout; changedAt: number }): ReactElement {
  const { t } = useLingui();
  const client = useQueryClient();
  const may = useMay();
  const path = { template };
  const cancel = useMutation({
    mutationFn: async () => (await cancelRollout({ path, throwOnError: true })).data,
    onSuccess: (next) => {
      client.setQueryData(showRolloutQueryKey({ path }), next);
      void refresh(client, ["showRollout"]);
    },
  });
  const { version, state, upgraded, failed, under_way: { length: underWay } } = rollout;
  const { total, over } = countRollout(rollout);
  return (
    <Panel
      title={<Trans>Upgrading to version {version}</Trans>}
      actions={state === "cancelling" ? undefined : <Button busy={cancel.isPending} disabledReason={may("cancel_rollout", template)} onClick={() => cancel.mutate()} aria-label={t`Cancel the upgrade of all instances`}><Trans>Cancel</Trans></Button>}
    >
      <div className={css.progress}>
        <Bar share={total === 0 ? 0 : over / total} tone={failed.length > 0 ? "warn" : "busy"} label={t`${over} of ${total} are done`} />
        <p role="status"><Trans>{upgraded} of {total} upgraded, {underWay} under way</Trans></p>
        {underWay > 0 && <p className={css.keys}>{rollout.under_way.map(({ key, command_id: id }) => <TextButton key={key} onClick={() => openProgress(id)}>{key}</TextButton>)}</p>}
        {state === "stopping" && <p><Trans>One has failed, so no other begins. Those under way go on.</Trans></p>}
        {state === "cancelling" && <p><Trans>It is cancelled, so no other begins. Those under way go on.</Trans></p>}
        <Failures failed={failed} />
        {cancel.isError && <ProblemNote error={cancel.error} />}
        <LookAgain key={[changedAt, state, over, underWay].join(" ")} />
      </div>
    </Panel>
  );
}

/** The end of an upgrade is told before the rollout has noted it. So it is read a few times more after each change, less and less often, and then rests. */
function LookAgain(): null {
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const look = (pause: number) => {
      timer = setTimeout(() => {
        void refresh(client, ["showRollout"]);
        if (pause * 2 <= LONGEST) look(pause * 2);
      }, pause);
    };
    look(LOOKED_AFTER);
    return () => clearTimeout(timer);
  }, [client]);
  return null;
}

function EndedRollout({ rollout: { version, state, upgraded, failed }, onClose }: { rollout: Rollout; onClose: () => void }): ReactElement {
  const titles = {
    done: <Trans>The upgrade to version {version} ended with failures</Trans>,
    stopped: <Trans>The upgrade to version {version} was stopped by a failure</Trans>,
    cancelled: <Trans>The upgrade to version {version} was cancelled</Trans>,
  };
  return (
    <Notice tone={failed.length > 0 ? "bad" : "warn"} title={state in titles ? titles[state as keyof typeof titles] : undefined} actions={<Button onClick={onClose}><Trans>Close</Trans></Button>}>
      <p><Plural value={upgraded} one="# instance was upgraded." other="# instances were upgraded." /></p>
      <Failures failed={failed} />
    </Notice>
  );
}

function Failures({ failed }: { failed: readonly FailedUpgrade[] }): ReactElement | null {
  const { t } = useLingui();
  if (failed.length === 0) return null;
  return (
    <ul className={css.list} aria-label={t`Instances that could not be upgraded`}>
      {failed.slice(0, FAILURES).map(({ key, message }) => <li key={key}><strong>{key}</strong> <Said message={message} /></li>)}
      {failed.length > FAILURES && <li><Trans>and {failed.length - FAILURES} more</Trans></li>}
    </ul>
  );
}
