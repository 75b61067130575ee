import type { StackContainer } from "@/api/generated";
import { ProblemNote } from "@/text/ProblemNote";
import { SERVICE_STATES } from "@/text/states";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Input, Select } from "@/ui/Field";
import { Page, PageHeader, Panel, Toolbar } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { Container } from "lucide-react";
import { useMemo, type ReactElement } from "react";
import { ContainerGrid } from "./ContainerGrid";
import { filterContainers, type ContainerFilter } from "./filter";
import { useAllContainers } from "./useAllContainers";

const route = getRouteApi("/containers");

/** The containers of all stacks, dense and live: the page that stays open. */
export function ContainersPage(): ReactElement {
  const { t } = useLingui();
  const query = useAllContainers();
  return (
    <Page wide>
      <PageHeader title={<Trans>Containers</Trans>} />
      {query.isError && <ProblemNote error={query.error} actions={<Button onClick={() => void query.refetch()}><Trans>Try again</Trans></Button>} />}
      {query.items === undefined ? !query.isError && <Panel flush><Skeleton lines={12} label={t`Loading the containers`} /></Panel> : query.items.length === 0 ? (
        <Panel>
          <Empty icon={<Container size={28} />} title={<Trans>No containers yet</Trans>}>
            <Trans>The containers of your stacks appear here as soon as a version has been applied.</Trans>
          </Empty>
        </Panel>
      ) : (
        <Filtered items={query.items} />
      )}
    </Page>
  );
}

function Filtered({ items }: { items: readonly StackContainer[] }): ReactElement {
  const { t } = useLingui();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: Partial<ContainerFilter>) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const shown = useMemo(() => filterContainers(items, filter), [items, filter]);
  return (
    <>
      <Toolbar>
        <Input
          type="search"
          aria-label={t`Filter by name, stack, service or image`}
          placeholder={t`Name, stack, service or image`}
          value={filter.text ?? ""}
          onValueChange={(text) => change({ text: text === "" ? undefined : text })}
        />
        <Select
          label={t`Filter by state`}
          value={filter.state ?? ""}
          choices={[{ value: "", label: t`All states` }, ...Object.entries(SERVICE_STATES).map(([state, look]) => ({ value: state, label: t(look.word) }))]}
          onChange={(state) => change({ state: state === "" ? undefined : (state as ContainerFilter["state"]) })}
        />
        <span role="status">{plural(shown.length, { one: "# container", other: "# containers" })}</span>
      </Toolbar>
      <Panel flush>
        {shown.length === 0 ? <Empty title={<Trans>No container matches</Trans>} /> : <ContainerGrid items={shown} filter={filter} onFilter={change} />}
      </Panel>
    </>
  );
}
