import { startRollout, type RolloutOnFailure, type TemplateDetails } from "@/api/generated";
import { planRolloutOptions, showRolloutQueryKey } from "@/api/generated/@tanstack/react-query.gen";
import { refresh } from "@/api/queries";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Skeleton } from "@/ui/Empty";
import { Field, Input, Select } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactElement } from "react";
import css from "../Templates.module.css";
import { SHOWN } from "../instances/useInstanceActions";
import { atOnceOf, changesNothing, MOST_AT_ONCE } from "./rollout";
import { RolloutPlanList } from "./RolloutPlanList";

/** Upgrades all instances of a template, after a look at what that changes. */
export function RolloutDialog({ template, onClose }: { template: TemplateDetails; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const client = useQueryClient();
  const { name, latest_version: latest } = template;
  const path = { template: name };
  const [version, setVersion] = useState(String(latest));
  const [atOnce, setAtOnce] = useState("1");
  const [onFailure, setOnFailure] = useState<RolloutOnFailure>("stop");
  const [comment, setComment] = useState("");
  // What instances are changes while nobody looks: a plan is made anew each time.
  const plan = useQuery({ ...planRolloutOptions({ path, query: { version: Number(version) } }), staleTime: 0, gcTime: 0 });
  const start = useMutation({
    mutationFn: async () => (await startRollout({ path, body: { version: Number(version), at_once: atOnceOf(atOnce), on_failure: onFailure, comment: comment.trim() }, throwOnError: true })).data,
    onSuccess: (rollout) => {
      client.setQueryData(showRolloutQueryKey({ path }), rollout);
      void refresh(client, ["showRollout", ...SHOWN]);
      onClose();
    },
  });
  const unusable = atOnceOf(atOnce) === null;
  const nothing = plan.data !== undefined && changesNothing(plan.data);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!unusable && !nothing) start.mutate();
  };
  const versions = Array.from({ length: latest }, (_, at) => String(latest - at));
  return (
    <Dialog
      open
      keepOpen
      onClose={onClose}
      title={t`Upgrade all instances of ${name}`}
      description={t`Each keeps its values, ports and secrets. One that does not come up goes back to what it was. Stopped instances are upgraded too, and run afterwards.`}
    >
      <form className={css.form} onSubmit={submit}>
        <Field label={<Trans>Version</Trans>}>
          <Select value={version} choices={versions.map((number) => ({ value: number, label: Number(number) === latest ? t`v${number}, the newest` : `v${number}` }))} onChange={setVersion} />
        </Field>
        <Field label={<Trans>How many at once</Trans>} error={unusable && <Trans>A number from 1 to {MOST_AT_ONCE}</Trans>}>
          <Input type="number" min={1} max={MOST_AT_ONCE} step={1} value={atOnce} onValueChange={setAtOnce} required />
        </Field>
        <Field label={<Trans>After a failure</Trans>}>
          <Select value={onFailure} choices={[{ value: "stop", label: t`Stop: the others stay as they are` }, { value: "continue", label: t`Go on with the others` }]} onChange={setOnFailure} />
        </Field>
        <Field label={<Trans>Comment</Trans>}><Input value={comment} onValueChange={setComment} autoComplete="off" /></Field>
        {plan.data !== undefined && <RolloutPlanList plan={plan.data} />}
        {plan.isPending && <Skeleton lines={4} label={t`Looking at what would change`} />}
        {plan.isError && <ProblemNote error={plan.error} actions={<Button onClick={() => void plan.refetch()}><Trans>Try again</Trans></Button>} />}
        {start.isError && <ProblemNote error={start.error} />}
        <div className={`${css.buttons} ${css.end}`}>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" look="primary" busy={start.isPending} disabledReason={nothing ? t`No instance would change` : undefined}><Trans>Upgrade all</Trans></Button>
        </div>
      </form>
    </Dialog>
  );
}
