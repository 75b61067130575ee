import { useMay } from "@/access/useMay";
import { listCatalogOptions } from "@/api/generated/@tanstack/react-query.gen";
import { ButtonLink } from "@/app/ButtonLink";
import type { CatalogProblem } from "@/api/generated";
import { place, ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Input } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { Page, PageHeader, Panel, Toolbar } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { grouped } from "./categories";
import { EntryCards } from "./EntryCards";

const route = getRouteApi("/catalog");

/** Everything that a stack can be composed of. */
export function CatalogPage(): ReactElement {
  const may = useMay();
  const { t } = useLingui();
  const { text = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const catalog = useQuery(listCatalogOptions());
  const groups = grouped(catalog.data?.items ?? [], text);
  return (
    <Page>
      <PageHeader
        title={<Trans>Catalogue</Trans>}
        meta={<Trans>What the wizard composes stacks from. Entries of your own come from a folder of the server.</Trans>}
      />
      <Toolbar>
        <Input
          type="search"
          aria-label={t`Search the catalogue`}
          placeholder={t`Search the catalogue`}
          value={text}
          onValueChange={(next) => void navigate({ search: next === "" ? {} : { text: next }, replace: true })}
        />
        {catalog.data !== undefined && <span role="status">{plural(groups.reduce((sum, group) => sum + group.entries.length, 0), { one: "# entry", other: "# entries" })}</span>}
      </Toolbar>
      {catalog.isError && <ProblemNote error={catalog.error} actions={<Button onClick={() => void catalog.refetch()}><Trans>Try again</Trans></Button>} />}
      {catalog.isPending && <Panel flush><Skeleton lines={8} label={t`Loading the catalogue`} /></Panel>}
      {catalog.data !== undefined && <LeftOut problems={catalog.data.problems} />}
      {catalog.data !== undefined && groups.length === 0 && <Panel><Empty title={<Trans>Nothing is called so</Trans>} /></Panel>}
      <EntryCards
        groups={groups}
        action={(entry) => <ButtonLink small to="/stacks/new/wizard" search={{ entry: entry.id }} disabledReason={may("save_wizard")} aria-label={t`Use ${entry.name}`}><Trans>Use</Trans></ButtonLink>}
      />
    </Page>
  );
}

/** Files of the folder that are no entries: what is wrong with each, and where. */
function LeftOut({ problems }: { problems: readonly CatalogProblem[] }): ReactElement | null {
  if (problems.length === 0) return null;
  return (
    <Notice tone="warn" title={<Trans>Files of the folder that are left out</Trans>}>
      <ul>
        {problems.map((problem) => (
          <li key={place(problem)}><code>{place(problem)}</code> <Said message={problem.message} /> {problem.hint !== null && <Said message={problem.hint} />}</li>
        ))}
      </ul>
    </Notice>
  );
}
