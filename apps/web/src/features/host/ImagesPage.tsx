import { listImagesOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Image } from "@/api/generated";
import { Ago } from "@/text/Ago";
import { bytes, shortId } from "@/text/sizes";
import { Chip } from "@/ui/Chip";
import { Code } from "@/ui/Copy";
import { Switch } from "@/ui/Field";
import { Page, PageHeader } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { PrunableWord, Users } from "./cells";
import { HostList } from "./HostList";

const route = getRouteApi("/images");

export function ImagesPage(): ReactElement {
  const { t } = useLingui();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  // Adding up sizes takes the engine seconds on a large host, so it is asked for.
  const [sizes, setSizes] = useState(false);
  const query = useQuery(listImagesOptions({ query: { sizes } }));
  const columns = useColumns();
  const data = query.data;
  return (
    <Page wide>
      <PageHeader
        title={<Trans>Images</Trans>}
        meta={data === undefined ? undefined : (
          <>
            {data.layers_size !== null && <Trans>All layers together: {bytes(data.layers_size)}</Trans>}
            {data.build_cache !== null && <Trans>Build cache: {bytes(data.build_cache.size)}</Trans>}
          </>
        )}
      />
      <HostList
        label={t`Images`}
        query={query}
        columns={columns}
        nameOf={(image) => image.image_id}
        words={(image) => [...image.tags, ...image.digests, image.image_id].join(" ")}
        filter={filter}
        onFilter={(search) => void navigate({ search, replace: true })}
        named={(images) => ({ images })}
        unused={{ images: "unused", build_cache: true }}
        empty={<Trans>There are no images on the host</Trans>}
        extra={<Switch checked={sizes} onChange={setSizes}><Trans>What each would free</Trans></Switch>}
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
      cell: (image: Image) => (image.tags.length === 0 ? <><Code whole={image.image_id}>{shortId(image.image_id)}</Code> <Chip><Trans>no tag</Trans></Chip></> : image.tags.join(", ")),
    },
    { id: "used", title: t`Used by`, cell: (image: Image) => <Users users={image.used_by} /> },
    { id: "created", title: t`Built`, optional: true, cell: (image: Image) => (image.created_at === null ? "–" : <Ago at={image.created_at} />) },
    { id: "size", title: t`Size`, numeric: true, cell: (image: Image) => bytes(image.size) },
    { id: "unique", title: t`Would free`, numeric: true, optional: true, cell: (image: Image) => (image.unique_size === null ? "–" : bytes(image.unique_size)) },
    { id: "prunable", title: t`Removable`, optional: true, cell: (image: Image) => <PrunableWord prunable={image.prunable} /> },
  ];
}
