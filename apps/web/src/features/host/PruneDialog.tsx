import { idempotencyKey } from "@/api/client";
import { planPrune, prune as sendPrune, type Plan, type PruneRequest } from "@/api/generated";
import { openProgress } from "@/features/commands/progress";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { bytes } from "@/text/sizes";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Skeleton } from "@/ui/Empty";
import { Checkbox, Field, Input } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type ReactElement, type ReactNode } from "react";
import css from "./PruneDialog.module.css";

/** What is to be removed, as the server understands it. */
export type Prune = PruneRequest;

/** The server's word about something that was chosen, but is not Core Monitor's. */
const STAYS_FOREIGN = "prune_stays_foreign";

/** Shows exactly what goes, and removes exactly that: the plan that is shown is the plan that is confirmed. */
export function PruneDialog({ prune: asked, onClose, onAccepted }: { prune: Prune; onClose: () => void; onAccepted: () => void }): ReactElement {
  const { t } = useLingui();
  const [foreign, setForeign] = useState(false);
  const prune = { ...asked, foreign };
  const plan = useQuery({
    queryKey: [{ _id: "planPrune", prune }],
    queryFn: async ({ signal }) => (await planPrune({ body: prune, signal, throwOnError: true })).data,
    // A plan is about one moment: a dialog that is opened again makes a new one.
    gcTime: 0,
  });
  return (
    <Dialog open onClose={onClose} title={t`Remove from the host`} wide>
      {plan.isError ? <ProblemNote error={plan.error} actions={<Button onClick={() => void plan.refetch()}><Trans>Try again</Trans></Button>} /> : plan.data === undefined ? (
        <Skeleton label={t`Looking what would be removed`} />
      ) : (
        <Confirm plan={plan.data} onClose={onClose} onAccepted={onAccepted} onAgain={() => void plan.refetch()}>
          {(foreign || plan.data.notes.some((note) => note.code === STAYS_FOREIGN)) && (
            <Checkbox checked={foreign} onChange={setForeign} help={<Trans>Core Monitor cannot know whether somebody needs it.</Trans>}><Trans>Also what Core Monitor did not create</Trans></Checkbox>
          )}
        </Confirm>
      )}
    </Dialog>
  );
}

function Confirm({ plan, onClose, onAccepted, onAgain, children }: {
  plan: Plan;
  onClose: () => void;
  onAccepted: () => void;
  onAgain: () => void;
  /** What else can be asked for. */
  children: ReactNode;
}): ReactElement {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const volumes = plan.impact.volumes_removed;
  const word = t`remove`;
  const ready = volumes.length === 0 || typed.trim().toLowerCase() === word;
  const send = useMutation({
    mutationFn: async () =>
      (await sendPrune({ body: { plan_id: plan.plan_id }, headers: { "Idempotency-Key": idempotencyKey() }, throwOnError: true })).data,
    onSuccess: (command) => {
      openProgress(command.command_id);
      onAccepted();
    },
  });
  if (plan.empty) {
    return (
      <>
        <p><Trans>There is nothing to remove.</Trans></p>
        <Notes plan={plan} />
        {children}
        <div className={css.buttons}><Button onClick={onClose}><Trans>Close</Trans></Button></div>
      </>
    );
  }
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) send.mutate();
      }}
    >
      <p>
        {plural(plan.steps.length, { one: "# object goes", other: "# objects go" })}
        {plan.impact.freed > 0 && <>, <Trans>about {bytes(plan.impact.freed)} are freed</Trans></>}.
      </p>
      <ul className={css.steps} tabIndex={0} aria-label={t`What is removed`}>
        {plan.steps.map((step) => (
          <li key={step.id}><span><Said message={step.action} /></span> <span className={css.soft}><Said message={step.cause} /></span></li>
        ))}
      </ul>
      <Notes plan={plan} />
      {children}
      {volumes.length > 0 && (
        <>
          <Notice tone="bad" title={<Trans>The data in these volumes is lost for good</Trans>}><p className={css.names}>{volumes.join(", ")}</p></Notice>
          <Field label={<Trans>Type “{word}” to confirm</Trans>}><Input value={typed} onValueChange={setTyped} autoComplete="off" /></Field>
        </>
      )}
      {send.isError && <ProblemNote error={send.error} actions={<Button onClick={onAgain}><Trans>Look again</Trans></Button>} />}
      <div className={css.buttons}>
        <Button onClick={onClose}><Trans>Keep everything</Trans></Button>
        <Button type="submit" look="danger" busy={send.isPending} disabledReason={ready ? undefined : t`Type “${word}” first`}><Trans>Remove</Trans></Button>
      </div>
    </form>
  );
}

/** What stays, and why; sizes. */
function Notes({ plan }: { plan: Plan }): ReactElement[] {
  return plan.notes.map((note, index) => (
    <p key={index} className={css.note}>
      {note.code === STAYS_FOREIGN ? <Trans><code>{note.params["name"]}</code> stays: Core Monitor did not create it.</Trans> : <Said message={note} />}
    </p>
  ));
}
