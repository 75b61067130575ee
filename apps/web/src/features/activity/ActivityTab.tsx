import { listCommandsInfiniteOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Command, CommandStatus } from "@/api/generated";
import { CommandActions } from "@/features/commands/CommandActions";
import { Progress } from "@/features/commands/CommandView";
import { commandTitle } from "@/features/commands/QueuePage";
import { openProgress } from "@/features/commands/progress";
import { ActorName } from "@/text/ActorName";
import { Ago, Elapsed } from "@/text/Ago";
import { COMMAND_KINDS } from "@/text/kinds";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { commandLook } from "@/text/states";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Empty, Skeleton } from "@/ui/Empty";
import { Select } from "@/ui/Field";
import { Panel, Toolbar } from "@/ui/Page";
import { Row, RowLine, RowNote, Rows } from "@/ui/Rows";
import { TextButton } from "@/ui/TextButton";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { EngineEvents } from "./EngineEvents";
import type { ActivitySearch } from "./routes";

const route = getRouteApi("/stacks/$stackId/activity");
const PAGE = 50;
const STATUSES: Record<NonNullable<ActivitySearch["show"]>, CommandStatus[]> = { open: ["PENDING", "RUNNING", "FAILED"], failed: ["FAILED"] };

/** Everything that was ever done to a stack, and what its containers did by themselves. */
export function ActivityTab(): ReactElement {
  const { t } = useLingui();
  const { stackId } = route.useParams();
  const { show } = route.useSearch();
  const navigate = route.useNavigate();
  const commands = useInfiniteQuery({
    ...listCommandsInfiniteOptions({ query: { stack_id: stackId, limit: PAGE, ...(show !== undefined && { status: STATUSES[show] }) } }),
    initialPageParam: {},
    getNextPageParam: (page) => page.next,
  });
  const items = commands.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <Toolbar>
        <Select
          label={t`Filter by status`}
          value={show ?? ""}
          choices={[{ value: "", label: t`All commands` }, { value: "open", label: t`Not finished` }, { value: "failed", label: t`Failed` }]}
          onChange={(next) => void navigate({ search: next === "" ? {} : { show: next }, replace: true })}
        />
      </Toolbar>
      {commands.isError && <ProblemNote error={commands.error} />}
      <Panel title={<Trans>Commands</Trans>} flush>
        {items === undefined ? !commands.isError && <Skeleton label={t`Loading the commands`} /> : items.length === 0 ? (
          <Empty title={<Trans>No commands</Trans>} />
        ) : (
          <Rows ordered>{items.map((command) => <Entry key={command.command_id} command={command} />)}</Rows>
        )}
      </Panel>
      {commands.hasNextPage && (
        <Button busy={commands.isFetchingNextPage} onClick={() => void commands.fetchNextPage()}><Trans>Show older commands</Trans></Button>
      )}
      <EngineEvents stackId={stackId} />
    </>
  );
}

function Entry({ command }: { command: Command }): ReactElement {
  const { t } = useLingui();
  const { tone, word } = commandLook(command);
  const { timestamps } = command;
  return (
    <Row actions={<CommandActions command={command} />}>
      <RowLine>
        <TextButton onClick={() => openProgress(command.command_id)}>{commandTitle(command, t(COMMAND_KINDS[command.kind]))}</TextButton>
        <Chip tone={tone}>{t(word)}</Chip>
        <RowNote>
          <ActorName actor={command.principal} />, <Ago at={timestamps.created_at} />
          {timestamps.started_at !== null && <>, <Elapsed since={timestamps.started_at} until={timestamps.finished_at} /></>}
        </RowNote>
      </RowLine>
      <Progress command={command} />
      {command.failure !== null && <RowNote bad><Said message={command.failure.message} /></RowNote>}
    </Row>
  );
}
