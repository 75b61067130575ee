import { listAuditInfiniteOptions, listCommandsInfiniteOptions } from "@/api/generated/@tanstack/react-query.gen";
import { StackName } from "@/features/stacks/StackName";

import { commandTitle } from "@/features/commands/QueuePage";
import { ActorName } from "@/text/ActorName";
import { Ago } from "@/text/Ago";
import { COMMAND_KINDS } from "@/text/kinds";
import { ProblemNote } from "@/text/ProblemNote";
import { commandLook } from "@/text/states";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Empty, Skeleton } from "@/ui/Empty";
import { Input, Select } from "@/ui/Field";
import { Page, PageHeader, Panel, Toolbar } from "@/ui/Page";
import { Table, type Column } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Resource } from "./Resource";
import { matches, merge, type Deed } from "./timeline";
import { CHANGES, deedWord } from "./words";

const route = getRouteApi("/audit");
const PAGE = 100;

/** Who has done what, and when: commands, and everything that is no command. */
export function AuditPage(): ReactElement {
  const { t } = useLingui();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const commands = useInfiniteQuery({ ...listCommandsInfiniteOptions({ query: { limit: PAGE } }), initialPageParam: {}, getNextPageParam: (page) => page.next });
  const records = useInfiniteQuery({ ...listAuditInfiniteOptions({ query: { limit: PAGE } }), initialPageParam: {}, getNextPageParam: (page) => page.next });
  const columns = useColumns();
  const error = commands.error ?? records.error;
  const deeds = merge(
    commands.data?.pages.flatMap((page) => page.items) ?? [],
    records.data?.pages.flatMap((page) => page.items) ?? [],
    !commands.hasNextPage,
    !records.hasNextPage,
  ).filter((deed) => matches(deed, filter));
  const more = commands.hasNextPage || records.hasNextPage;
  const goOn = () => {
    if (commands.hasNextPage) void commands.fetchNextPage();
    if (records.hasNextPage) void records.fetchNextPage();
  };
  return (
    <Page>
      <PageHeader title={<Trans>Audit</Trans>} meta={<Trans>Who has done what, and when. Entries are never changed.</Trans>} />
      <Toolbar>
        <Input
          type="search"
          aria-label={t`Filter by person, action or object`}
          placeholder={t`Person, action or object`}
          value={filter.text ?? ""}
          onValueChange={(text) => void navigate({ search: { ...filter, text: text === "" ? undefined : text }, replace: true })}
        />
        <Select
          label={t`Filter by kind`}
          value={filter.show ?? ""}
          choices={[{ value: "", label: t`Everything` }, { value: "commands", label: t`Commands` }, { value: "changes", label: t`Everything else` }]}
          onChange={(show) => void navigate({ search: { ...filter, show: show === "" ? undefined : show }, replace: true })}
        />
      </Toolbar>
      {error !== null && <ProblemNote error={error} />}
      <Panel flush>
        {commands.isPending || records.isPending ? <Skeleton lines={10} label={t`Loading the audit`} /> : deeds.length === 0 ? (
          <Empty title={<Trans>Nothing matches</Trans>} />
        ) : (
          <Table label={t`Audit`} columns={columns} rows={deeds} rowKey={deedKey} dense cards />
        )}
      </Panel>
      {more && <Button busy={commands.isFetchingNextPage || records.isFetchingNextPage} onClick={goOn}><Trans>Show older entries</Trans></Button>}
    </Page>
  );
}

function deedKey(deed: Deed): string {
  return deed.kind === "command" ? deed.command.command_id : `change-${deed.record.id}`;
}

function useColumns(): Column<Deed>[] {
  const { t } = useLingui();
  return [
    { id: "at", title: t`When`, cell: (deed) => <Ago at={deed.at} /> },
    { id: "who", title: t`Who`, cell: (deed) => <ActorName actor={deed.kind === "command" ? deed.command.principal : deed.record.actor} /> },
    {
      id: "what",
      title: t`What`,
      cell: (deed) => {
        if (deed.kind === "command") {
          return <Link to="/commands/$commandId" params={{ commandId: deed.command.command_id }}>{commandTitle(deed.command, t(COMMAND_KINDS[deed.command.kind]))}</Link>;
        }
        const word = deedWord(deed.record);
        return word === undefined ? <><code>{deed.record.action}</code> {t(CHANGES[deed.record.change])}</> : t(word);
      },
    },
    {
      id: "object",
      title: t`On`,
      cell: (deed) => {
        if (deed.kind === "change") return <Resource record={deed.record} />;
        return deed.command.stack_id === null ? <Trans>the host</Trans> : <StackName id={deed.command.stack_id} />;
      },
    },
    {
      id: "outcome",
      title: t`Outcome`,
      optional: true,
      cell: (deed) =>
        deed.kind === "command" && <Chip tone={commandLook(deed.command).tone}>{t(commandLook(deed.command).word)}</Chip>,
    },
  ];
}
