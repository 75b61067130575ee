import { listProcessesOptions } from "@/api/generated/@tanstack/react-query.gen";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Table } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import type { ReactElement } from "react";

/** What runs in a container. The engine has to be asked for it, so it is a look and no stream. */
export function Processes({ containerId }: { containerId: string }): ReactElement {
  const { t } = useLingui();
  const list = useQuery({ ...listProcessesOptions({ path: { id: containerId } }), gcTime: 0 });
  const again = <Button small icon={<RefreshCw size={13} />} busy={list.isFetching} onClick={() => void list.refetch()}><Trans>Look again</Trans></Button>;
  if (list.isError) return <ProblemNote error={list.error} actions={again} />;
  if (list.data === undefined) return <Skeleton label={t`Loading the processes`} />;
  const { titles, processes, cut } = list.data;
  return (
    <Panel title={<Trans>Processes</Trans>} actions={again} flush>
      <Table
        label={t`Processes`}
        columns={titles.map((title, index) => ({ id: `${index}`, title, cell: (row: readonly string[]) => row[index] ?? "" }))}
        rows={processes}
        rowKey={(row) => row.join(" ")}
        dense
      />
      {cut && <p><Trans>There are more; the first ones are shown.</Trans></p>}
    </Panel>
  );
}
