import { listNetworksOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Network } from "@/api/generated";
import { Chip } from "@/ui/Chip";
import { Page, PageHeader } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { ObjectName, OwnerName, PrunableWord, Users } from "./cells";
import { HostList } from "./HostList";

const route = getRouteApi("/networks");

export function NetworksPage(): ReactElement {
  const { t } = useLingui();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(listNetworksOptions());
  const columns = useColumns();
  return (
    <Page wide>
      <PageHeader title={<Trans>Networks</Trans>} meta={<Trans>Who can reach whom on this host.</Trans>} />
      <HostList
        label={t`Networks`}
        query={query}
        columns={columns}
        nameOf={(network) => network.name}
        words={(network) => [network.name, network.belongs_to.stack_name ?? "", ...network.subnets].join(" ")}
        filter={filter}
        onFilter={(search) => void navigate({ search, replace: true })}
        named={(networks) => ({ networks })}
        empty={<Trans>There are no networks on the host</Trans>}
      />
    </Page>
  );
}

function useColumns() {
  const { t } = useLingui();
  return [
    {
      id: "name",
      main: true,
      title: t`Name`,
      cell: (network: Network) => <ObjectName name={network.name}>{network.internal && <Chip mark={false}><Trans>internal</Trans></Chip>}</ObjectName>,
    },
    { id: "owner", title: t`Belongs to`, cell: (network: Network) => <OwnerName owner={network.belongs_to} /> },
    { id: "used", title: t`Used by`, cell: (network: Network) => <Users users={network.used_by} /> },
    { id: "subnets", title: t`Addresses`, optional: true, cell: (network: Network) => <code>{network.subnets.join(", ")}</code> },
    { id: "driver", title: t`Driver`, optional: true, cell: (network: Network) => network.driver },
    { id: "prunable", title: t`Removable`, optional: true, cell: (network: Network) => <PrunableWord prunable={network.prunable} /> },
  ];
}
