import { GuardedTab } from "@/access/Guarded";
import { showStackOptions, showStackStatusOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { StackDetails } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { ButtonLink } from "@/app/ButtonLink";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { Blocker } from "@/features/commands/Blocker";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Outlet } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import type { ReactElement } from "react";
import { StackContext, standingOf } from "./stack";
import { FailedCommand } from "./FailedCommand";
import { summarised, useCourse, useLastCommand } from "./last_command";
import { StackActions } from "./StackActions";
import { LastCommand, StackStateChip, VersionTriple } from "./StackChips";
import { StackTabs, useStackPart } from "./StackTabs";

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
  const course = useCourse(stack.stack_id);
  const { failed } = course;
  // What brings a version tells more about the stack than what was asked for after it.
  const told = course.applying ?? command;
  const part = useStackPart();
  // The last one is the last in the queue too.
  const waiting = command?.status === "PENDING" ? command : undefined;
  const drift = status.data?.drift ?? null;
  return (
    <StackContext value={stack}>
      <Page>
        <PageHeader
          title={stack.name}
          part={part}
          status={
            <>
              {status.data !== undefined && <StackStateChip stack={standingOf(status.data)} />}
              <VersionTriple versions={stack} drift={drift?.drifted === true && !course.unsettled} of={stack.stack_id} />
            </>
          }
          meta={told === undefined ? undefined : <LastCommand command={summarised(told)} />}
          actions={<StackActions stack={stack} status={status.data} />}
          tabs={<StackTabs stack={stack} />}
        />
        {failed !== undefined && <FailedCommand command={failed} applied={stack.current_version} drift={drift} waiting={waiting} />}
        {failed === undefined && stack.waits_behind !== null && <Blocker holder={stack.waits_behind} waiting={waiting} />}
        <GuardedTab name={stack.name}><Outlet /></GuardedTab>
      </Page>
    </StackContext>
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
