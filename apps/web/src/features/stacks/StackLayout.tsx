import { showStackOptions, showStackStatusOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { StackDetails } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { ButtonLink } from "@/app/ButtonLink";
import { Ago } from "@/text/Ago";
import { COMMAND_KINDS } from "@/text/kinds";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Notice } from "@/ui/Notice";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { openProgress } from "@/features/commands/progress";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Outlet } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import type { ReactElement } from "react";
import { driftOf, StackContext, standingOf } from "./stack";
import { FailedCommand } from "./FailedCommand";
import { summarised, useFailedCommand, useLastCommand } from "./last_command";
import { StackActions } from "./StackActions";
import { LastCommand, StackStateChip, VersionTriple } from "./StackChips";
import { StackTabs } from "./StackTabs";

const route = getRouteApi("/stacks/$stackId");

/** What stays while one moves between the tabs of a stack: its name, how it is, what can be done, and the tabs. */
export function StackLayout(): ReactElement {
  const { t } = useLingui();
  const { stackId } = route.useParams();
  const stack = useQuery(showStackOptions({ path: { id: stackId } }));
  if (stack.data !== undefined) return <StackPage stack={stack.data} />;
  if (stack.isError) {
    return isProblem(stack.error, "stack-not-found") || isProblem(stack.error, "invalid-request") ? (
      <NoSuchStack />
    ) : (
      <Page>
        <ProblemNote error={stack.error} actions={<Button onClick={() => void stack.refetch()}><Trans>Try again</Trans></Button>} />
      </Page>
    );
  }
  return <Page><Panel flush><Skeleton lines={8} label={t`Loading the stack`} /></Panel></Page>;
}

function StackPage({ stack }: { stack: StackDetails }): ReactElement {
  const status = useQuery(showStackStatusOptions({ path: { id: stack.stack_id } }));
  const command = useLastCommand(stack.stack_id);
  const failed = useFailedCommand(stack.stack_id);
  const drift = status.data === undefined ? null : driftOf(status.data);
  return (
    <StackContext value={stack}>
      <Page>
        <PageHeader
          title={stack.name}
          status={
            <>
              {status.data !== undefined && <StackStateChip stack={standingOf(status.data)} />}
              <VersionTriple versions={stack} drift={drift} />
            </>
          }
          meta={command === undefined ? undefined : <LastCommand command={summarised(command)} />}
          actions={<StackActions stack={stack} status={status.data} />}
          tabs={<StackTabs stackId={stack.stack_id} />}
        />
        {failed !== undefined && <FailedCommand command={failed} applied={stack.current_version} />}
        {failed === undefined && stack.waits_behind !== null && <WaitsBehind holder={stack.waits_behind} />}
        <Outlet />
      </Page>
    </StackContext>
  );
}

/** A command of this stack cannot begin because of another one. */
function WaitsBehind({ holder }: { holder: NonNullable<StackDetails["waits_behind"]> }): ReactElement {
  const { t } = useLingui();
  const failed = holder.status === "FAILED";
  const kind = t(COMMAND_KINDS[holder.kind]);
  return (
    <Notice
      tone={failed ? "bad" : "busy"}
      title={failed ? <Trans>Commands of this stack wait behind one that failed</Trans> : <Trans>Commands of this stack wait for another one</Trans>}
      actions={<Button small onClick={() => openProgress(holder.command_id)}><Trans>Show command {holder.seq}</Trans></Button>}
    >
      <p><Trans>“{kind}”, command {holder.seq}, since <Ago at={holder.since} />.</Trans></p>
      {failed && <p><Trans>Retry or cancel it, and the queue goes on.</Trans></p>}
    </Notice>
  );
}

function NoSuchStack(): ReactElement {
  return (
    <Page>
      <Empty
        page
        icon={<Compass size={28} />}
        title={<Trans>There is no such stack</Trans>}
        actions={
          <>
            <ButtonLink to="/stacks" look="primary"><Trans>All stacks</Trans></ButtonLink>
            <ButtonLink to="/audit"><Trans>Who deleted it?</Trans></ButtonLink>
          </>
        }
      >
        <Trans>It may have been deleted, or the address is incomplete. A deleted stack is still named in the audit.</Trans>
      </Empty>
    </Page>
  );
}
