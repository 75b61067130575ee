import { listVolumesOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Volume } from "@/api/generated";
import { Ago } from "@/text/Ago";
import { bytes } from "@/text/sizes";
import { Switch } from "@/ui/Field";
import { Page, PageHeader } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { ObjectName, OwnerName, PrunableWord, Users } from "./cells";
import { HostList } from "./HostList";

const route = getRouteApi("/volumes");

export function VolumesPage(): ReactElement {
  const { t } = useLingui();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [sizes, setSizes] = useState(false);
  const query = useQuery(listVolumesOptions({ query: { sizes } }));
  const columns = useColumns();
  return (
    <Page wide>
      <PageHeader title={<Trans>Volumes</Trans>} meta={<Trans>Data that outlives its containers.</Trans>} />
      <HostList
        label={t`Volumes`}
        query={query}
        columns={columns}
        nameOf={(volume) => volume.name}
        words={(volume) => `${volume.name} ${volume.belongs_to.stack_name ?? ""}`}
        filter={filter}
        onFilter={(search) => void navigate({ search, replace: true })}
        named={(volumes) => ({ volumes })}
        empty={<Trans>There are no volumes on the host</Trans>}
        extra={<Switch checked={sizes} onChange={setSizes}><Trans>Sizes</Trans></Switch>}
      />
    </Page>
  );
}

function useColumns() {
  const { t } = useLingui();
  return [
    { id: "name", main: true, title: t`Name`, cell: (volume: Volume) => <ObjectName name={volume.name} /> },
    { id: "owner", title: t`Belongs to`, cell: (volume: Volume) => <OwnerName owner={volume.belongs_to} /> },
    { id: "used", title: t`Used by`, cell: (volume: Volume) => <Users users={volume.used_by} /> },
    { id: "driver", title: t`Driver`, optional: true, cell: (volume: Volume) => volume.driver },
    { id: "created", title: t`Created`, optional: true, cell: (volume: Volume) => (volume.created_at === null ? "–" : <Ago at={volume.created_at} />) },
    { id: "size", title: t`Size`, numeric: true, cell: (volume: Volume) => (volume.size === null ? "–" : bytes(volume.size)) },
    { id: "prunable", title: t`Removable`, optional: true, cell: (volume: Volume) => <PrunableWord prunable={volume.prunable} /> },
  ];
}
