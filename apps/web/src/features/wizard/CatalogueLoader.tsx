import { listCatalogOptions } from "@/api/generated/@tanstack/react-query.gen";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Skeleton } from "@/ui/Empty";
import { Page, Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactElement, type ReactNode } from "react";
import type { Catalogue } from "./choices";

/** Shows the wizard as soon as the catalogue is there: without it there is nothing to choose from. */
export function CatalogueLoader({ children }: { children: (catalogue: Catalogue) => ReactNode }): ReactElement {
  const { t } = useLingui();
  const { data, isError, error, refetch } = useQuery(listCatalogOptions());
  const catalogue = useMemo(() => (data === undefined ? null : new Map(data.items.map((entry) => [entry.id, entry]))), [data]);
  if (catalogue !== null) return <>{children(catalogue)}</>;
  return (
    <Page>
      {isError ? (
        <ProblemNote error={error} actions={<Button onClick={() => void refetch()}><Trans>Try again</Trans></Button>} />
      ) : (
        <Panel flush><Skeleton lines={8} label={t`Loading the catalogue`} /></Panel>
      )}
    </Page>
  );
}
