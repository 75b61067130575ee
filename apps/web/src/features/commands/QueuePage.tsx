import { listCommandsOptions, showQueueOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Command, Queue } from "@/api/generated";
import { ActorName } from "@/text/ActorName";
import { Ago, Elapsed } from "@/text/Ago";
import { COMMAND_KINDS } from "@/text/kinds";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { commandLook } from "@/text/states";
import { Chip } from "@/ui/Chip";
import { Empty, Skeleton } from "@/ui/Empty";
import { Notice } from "@/ui/Notice";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { Row, RowLine, RowNote, Rows } from "@/ui/Rows";
import { Table, type Column } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ListOrdered } from "lucide-react";
import type { ReactElement } from "react";
import { CommandActions } from "./CommandActions";
import { Progress } from "./CommandView";
import { StackName } from "@/features/stacks/StackName";
import css from "./QueuePage.module.css";

/** What runs, what waits and in which order, and what has run. It is read from the log of commands, so a reload loses nothing. */
export function QueuePage(): ReactElement {
  const queue = useQuery(showQueueOptions());
  return (
    <Page>
      <PageHeader
        title={<Trans>Queue</Trans>}
        meta={<Trans>Everything that changes the engine runs in this order, one command after the other.</Trans>}
      />
      {queue.isError && <ProblemNote error={queue.error} />}
      {queue.data !== undefined && <Blocked queue={queue.data} />}
      <Waiting />
      <Finished />
    </Page>
  );
}

/** Why nothing goes on, and the ways out. */
function Blocked({ queue }: { queue: Queue }): ReactElement | null {
  if (!queue.blocked) return null;
  return (
    <Notice tone="bad" title={<Trans>The queue is blocked</Trans>}>
      <p><Trans>A command has failed, and what was asked for after it waits. Retry it or give it up; after that the others go on.</Trans></p>
    </Notice>
  );
}

function Waiting(): ReactElement {
  const { t } = useLingui();
  const open = useQuery(listCommandsOptions({ query: { status: ["RUNNING", "FAILED", "PENDING"], order: "oldest_first", limit: 200 } }));
  if (open.isError) return <ProblemNote error={open.error} />;
  return (
    <Panel title={<Trans>Now and next</Trans>} flush>
      {open.isPending ? <Skeleton label={t`Loading the queue`} /> : open.data.items.length === 0 ? (
        <Empty icon={<ListOrdered size={28} />} title={<Trans>Nothing runs and nothing waits</Trans>}>
          <Trans>A command appears here as soon as somebody applies, starts, stops or deletes something.</Trans>
        </Empty>
      ) : (
        <Rows ordered>
          {open.data.items.map((command, index) => <Waiter key={command.command_id} command={command} place={index + 1} />)}
        </Rows>
      )}
    </Panel>
  );
}

function Waiter({ command, place }: { command: Command; place: number }): ReactElement {
  const { t } = useLingui();
  const { tone, word } = commandLook(command);
  return (
    <Row lead={<span className={css.place} aria-hidden>{place}</span>} actions={<CommandActions command={command} />}>
      <RowLine>
        <Link to="/commands/$commandId" params={{ commandId: command.command_id }}><strong>{commandTitle(command, t(COMMAND_KINDS[command.kind]))}</strong></Link>
        {command.stack_id === null ? <Trans>the host</Trans> : <StackName id={command.stack_id} />}
        <Chip tone={tone}>{t(word)}</Chip>
      </RowLine>
      <Progress command={command} />
      {command.failure !== null && <RowNote bad><Said message={command.failure.message} /></RowNote>}
      <RowNote>
        <ActorName actor={command.principal} />, <Ago at={command.timestamps.created_at} />
        {command.timestamps.started_at !== null && command.timestamps.finished_at === null && (
          <>, <Trans>running for <Elapsed since={command.timestamps.started_at} /></Trans></>
        )}
      </RowNote>
    </Row>
  );
}

/** "Apply v3" */
export function commandTitle(command: Pick<Command, "version">, kind: string): string {
  return command.version === null ? kind : `${kind} v${command.version}`;
}

function Finished(): ReactElement {
  const { t } = useLingui();
  const done = useQuery(listCommandsOptions({ query: { status: ["DONE", "CANCELLED"], limit: 50 } }));
  const columns: Column<Command>[] = [
    {
      id: "kind",
      title: t`Command`,
      cell: (command) => (
        <Link to="/commands/$commandId" params={{ commandId: command.command_id }}>{commandTitle(command, t(COMMAND_KINDS[command.kind]))}</Link>
      ),
    },
    { id: "stack", title: t`Stack`, cell: (command) => (command.stack_id === null ? t`the host` : <StackName id={command.stack_id} />) },
    { id: "status", title: t`Status`, cell: (command) => <Chip tone={commandLook(command).tone}>{t(commandLook(command).word)}</Chip> },
    { id: "by", title: t`By`, optional: true, cell: (command) => <ActorName actor={command.principal} /> },
    { id: "ended", title: t`Ended`, cell: (command) => (command.timestamps.finished_at === null ? "" : <Ago at={command.timestamps.finished_at} />) },
    {
      id: "took",
      title: t`Took`,
      numeric: true,
      optional: true,
      cell: (command) => (command.timestamps.started_at === null ? "–" : <Elapsed since={command.timestamps.started_at} until={command.timestamps.finished_at} />),
    },
  ];
  if (done.isError) return <ProblemNote error={done.error} />;
  return (
    <Panel title={<Trans>Finished</Trans>} flush>
      {done.isPending ? <Skeleton label={t`Loading the commands`} /> : done.data.items.length === 0 ? (
        <Empty title={<Trans>No command has finished yet</Trans>} />
      ) : (
        <Table label={t`Finished commands`} columns={columns} rows={done.data.items} rowKey={(command) => command.command_id} dense cards />
      )}
    </Panel>
  );
}
