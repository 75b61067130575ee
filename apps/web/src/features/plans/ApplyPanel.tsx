import { applyVersion, cancelCommand, rollBackToVersion, type Command, type OnFailure, type Plan, type Readiness, type StackDetails } from "@/api/generated";
import { idempotencyKey } from "@/api/client";
import { isProblem } from "@/api/problem";
import { refresh } from "@/api/queries";
import { useCommandName } from "@/features/commands/naming";
import { openProgress } from "@/features/commands/progress";
import { useRefused } from "@/features/stacks/actions";
import { FailureChoice } from "@/features/stacks/FailureChoice";
import { holds } from "@/features/stacks/course";
import { useCourse } from "@/features/stacks/last_command";
import { ButtonLink } from "@/app/ButtonLink";
import { Ago } from "@/text/Ago";
import { preferences, setPreferences } from "@/preferences";
import { ProblemText } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { FloatingBar } from "@/ui/FloatingBar";
import { Panel } from "@/ui/Page";
import { Radio, RadioGroup } from "@/ui/Radio";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Rocket, Undo2 } from "lucide-react";
import { useState, type ReactElement } from "react";
import css from "./ApplyPanel.module.css";
import { purposeOf } from "./search";

const route = getRouteApi("/stacks/$stackId/plan");

/** Applies exactly the plan that is on the page. */
export function ApplyPanel({ stack, plan, onAgain }: { stack: StackDetails; plan: Plan; onAgain: (because: unknown) => void }): ReactElement | null {
  const { t } = useLingui();
  const { recreate } = route.useSearch();
  const refused = useRefused();
  const first = stack.current_version === null;
  const [onFailure, setOnFailure] = useState<OnFailure>(() => onFailureOf(stack));
  const [readiness, setReadiness] = useState<Readiness>(() => preferences().readiness);
  const apply = useApply(stack, plan, onAgain);
  const failed = useFailed(stack);
  const [giveUp, setGiveUp] = useState<"yes" | "no">("yes");
  const nameOf = useCommandName();
  const purpose = purposeOf(plan.purpose);
  const { version } = plan;
  if (purpose === null || version === null) return null;
  if (plan.empty && version === stack.current_version) return null;
  const back = purpose === "rollback";
  const blocked = plan.blockers.length > 0 ? t`Something prevents it; see above` : undefined;
  return (
    <>
      <Panel title={back ? <Trans>Roll back</Trans> : <Trans>Apply</Trans>}>
        <div className={css.choices}>
          <div>
            <h3><Trans>When it fails</Trans></h3>
            <FailureChoice value={onFailure} onChange={setOnFailure} first={first} />
            {!first && onFailure !== stack.on_failure && <Otherwise stack={stack} />}
          </div>
          <div>
            <h3><Trans>Done when</Trans></h3>
            <RadioGroup label={t`Done when`} value={readiness} onChange={setReadiness}>
              <Radio value="ready" help={t`Health checks have passed; services without one have kept running for a moment.`}><Trans>The services are ready</Trans></Radio>
              <Radio value="started" help={t`Faster, and a service that fails right after its start is not noticed.`}><Trans>The containers have started</Trans></Radio>
            </RadioGroup>
          </div>
        </div>
        {failed !== undefined && <FailedBefore name={nameOf(failed)} version={version} value={giveUp} onChange={setGiveUp} />}
        <Holds plan={plan} name={stack.name} />
      </Panel>
      {/* In view however long the plan is. */}
      <FloatingBar
        label={back ? t`Roll back` : t`Apply`}
        note={apply.isError && !isProblem(apply.error, "plan-stale") ? <div role="alert"><ProblemText error={apply.error} /></div> : undefined}
      >
        <ButtonLink to="/stacks/$stackId" params={{ stackId: stack.stack_id }} look="quiet"><Trans>Leave it</Trans></ButtonLink>
        <Button
          look="primary"
          icon={back ? <Undo2 size={14} /> : <Rocket size={14} />}
          busy={apply.isPending}
          disabledReason={refused(stack, back ? "roll_back_to_version" : "apply_version") ?? blocked}
          onClick={() => apply.mutate({ version, back, onFailure, readiness, recreate: recreate ?? [], giveUp: giveUp === "yes" ? failed : undefined })}
        >
          {back ? <Trans>Roll back to v{version}</Trans> : <Trans>Apply v{version}</Trans>}
        </Button>
      </FloatingBar>
    </>
  );
}

/** What a failed apply leads to unless the person chooses otherwise: as the last time in this browser, or as the stack says. */
function onFailureOf(stack: StackDetails): OnFailure {
  // Nothing could be brought back.
  if (stack.current_version === null) return "hold";
  return preferences().onFailure ?? stack.on_failure;
}

function Otherwise({ stack }: { stack: StackDetails }): ReactElement {
  return (
    <p className={css.soft}>
      {stack.on_failure === "hold" ? <Trans>The setting of the stack is to hold.</Trans> : stack.on_failure === "continue" ? <Trans>The setting of the stack is to go on.</Trans> : <Trans>The setting of the stack is to roll back.</Trans>}{" "}
      <Trans>This browser remembers what you choose.</Trans>
    </p>
  );
}

/** The failed command of the stack that others wait behind, if it can be given up. Those that only wake or sleep hold nothing up. */
function useFailed({ stack_id: stackId, name }: StackDetails): Command | undefined {
  const { failed } = useCourse(stackId);
  const refused = useRefused();
  if (failed === undefined || !holds(failed)) return undefined;
  return refused({ name, actions: failed.actions }, "cancel_command") === undefined ? failed : undefined;
}

/** Without an answer to this, what is applied now would wait for one that has failed. */
function FailedBefore({ name, version, value, onChange }: { name: string; version: number; value: "yes" | "no"; onChange: (value: "yes" | "no") => void }): ReactElement {
  const { t } = useLingui();
  return (
    <div>
      <h3><Trans>“{name}” has failed and holds the queue of this stack</Trans></h3>
      <RadioGroup label={t`What becomes of the failed ${name}`} value={value} onChange={onChange}>
        <Radio value="yes" help={t`It is not tried again, and v${version} is applied next. What it has done stays.`}><Trans>Give up {name}</Trans></Radio>
        <Radio value="no" help={t`v${version} waits until somebody retries ${name} or gives it up.`}><Trans>Keep it</Trans></Radio>
      </RadioGroup>
    </div>
  );
}

/** What the plan stands on, and so what ends it. Whether it still holds is decided by the server when it is applied. */
function Holds({ plan, name }: { plan: Plan; name: string }): ReactElement {
  return (
    <p className={css.soft}>
      <Trans>
        Planned on what the host had <Ago at={plan.observed_at} />: these steps and no others are done. The plan holds until somebody changes
        what {name} has or needs on the host; then nothing is done, and a new plan shows what differs. Saving another version does not end it.
      </Trans>
    </p>
  );
}

interface Confirmed {
  version: number;
  back: boolean;
  onFailure: OnFailure;
  readiness: Readiness;
  recreate: readonly string[];
  /** The failed command in whose place this one comes. */
  giveUp: Command | undefined;
}

function useApply(stack: StackDetails, plan: Plan, onStale: (because: unknown) => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ version, back, onFailure, readiness, recreate, giveUp }: Confirmed): Promise<Command> => {
      const { data } = await (back ? rollBackToVersion : applyVersion)({
        path: { id: stack.stack_id, version },
        body: {
          plan_id: plan.plan_id,
          on_failure: onFailure,
          readiness,
          // The plan was made with it, so the command has to say the same.
          ...(recreate.length > 0 && { force_recreate: [...recreate] }),
        },
        headers: { "If-Match": stack.revision, "Idempotency-Key": idempotencyKey() },
        throwOnError: true,
      });
      // Only once the new one is accepted. If this fails, the progress says what it waits behind, with the same button.
      if (giveUp !== undefined) await cancelCommand({ path: { id: giveUp.command_id }, throwOnError: true }).catch(() => {});
      return data;
    },
    onSuccess: (command, { onFailure, readiness }) => {
      const remembered = stack.current_version === null ? {} : { onFailure: onFailure === stack.on_failure ? null : onFailure };
      setPreferences({ readiness, ...remembered });
      // The services change while the progress is told beside them.
      void navigate({ to: "/stacks/$stackId", params: { stackId: stack.stack_id } });
      openProgress(command.command_id);
      void refresh(client, ["listStacks", "showStack", "showQueue", "listCommands", "showCommand"]);
    },
    onError: (error) => {
      if (isProblem(error, "plan-stale")) onStale(error);
      if (isProblem(error, "precondition-failed")) void refresh(client, ["showStack"]);
    },
  });
}
