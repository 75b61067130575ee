import { listEngineEventsOptions } from "@/api/generated/@tanstack/react-query.gen";
import { Ago } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Table } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import type { ReactElement } from "react";

/** The newest ones that are shown. */
const SHOWN = 100;

/** What the engine reported about the containers of a stack: starts, ends, health. The engine keeps the last ones only. */
export function EngineEvents({ stackId }: { stackId: string }): ReactElement {
  const { t } = useLingui();
  const events = useQuery(listEngineEventsOptions({ query: { stack_id: stackId } }));
  const again = <Button small icon={<RefreshCw size={13} />} busy={events.isFetching} onClick={() => void events.refetch()}><Trans>Look again</Trans></Button>;
  if (events.isError) return <ProblemNote error={events.error} actions={again} />;
  return (
    <Panel title={<Trans>Events of the engine</Trans>} actions={again} flush>
      {events.data === undefined ? <Skeleton label={t`Loading the events`} /> : events.data.items.length === 0 ? (
        <Empty title={<Trans>The engine remembers no events of this stack</Trans>} />
      ) : (
        <Table
          label={t`Events of the engine`}
          columns={[
            { id: "at", title: t`When`, cell: (event) => <Ago at={event.at} /> },
            { id: "name", title: t`Object`, optional: true, cell: (event) => event.name },
            { id: "what", title: t`What`, grows: true, cell: (event) => <Said message={event.message} /> },
          ]}
          rows={events.data.items.toReversed().slice(0, SHOWN)}
          rowKey={(event) => event.id}
          dense
        />
      )}
    </Panel>
  );
}
