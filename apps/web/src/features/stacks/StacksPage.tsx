import type { StackListItem } from "@/api/generated";
import { ProblemNote } from "@/text/ProblemNote";
import { STACK_STATES } from "@/text/states";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Input, Select } from "@/ui/Field";
import { Page, PageHeader, Panel, Toolbar } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { Layers } from "lucide-react";
import { useState, type ReactElement } from "react";
import { BulkBar } from "./BulkBar";
import { filterStacks, type StackFilter } from "./filter";
import { NewStackLink } from "./NewStackLink";
import { StackTable } from "./StackTable";
import { useAllStacks } from "./useAllStacks";

const route = getRouteApi("/stacks");

export function StacksPage(): ReactElement {
  const stacks = useAllStacks();
  return (
    <Page>
      <PageHeader
        title={<Trans>Stacks</Trans>}
        actions={<NewStackLink />}
      />
      {stacks.isError && <ProblemNote error={stacks.error} actions={<Button onClick={() => void stacks.refetch()}><Trans>Try again</Trans></Button>} />}
      {stacks.items === undefined ? !stacks.isError && <StacksLoading /> : stacks.items.length === 0 ? <NoStacks /> : <StackList stacks={stacks.items} />}
    </Page>
  );
}

function StackList({ stacks }: { stacks: readonly StackListItem[] }): ReactElement {
  const { t } = useLingui();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const shown = filterStacks(stacks, filter);
  const change = (next: Partial<StackFilter>) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  return (
    <>
      <Toolbar>
        <Input
          type="search"
          aria-label={t`Filter by name or label`}
          placeholder={t`Filter by name or label`}
          value={filter.text ?? ""}
          onValueChange={(text) => change({ text: text === "" ? undefined : text })}
        />
        <StateFilter value={filter.state} onChange={(state) => change({ state })} />
        <output>{shown.length === stacks.length ? plural(stacks.length, { one: "# stack", other: "# stacks" }) : t`${shown.length} of ${stacks.length}`}</output>
      </Toolbar>
      {chosen.size > 0 && <BulkBar stacks={stacks.filter((stack) => chosen.has(stack.stack_id))} onDone={() => setChosen(new Set())} />}
      <Panel flush>
        {shown.length === 0 ? (
          <Empty
            title={t`No stack matches`}
            actions={<Button onClick={() => change({ text: undefined, state: undefined })}><Trans>Show all stacks</Trans></Button>}
          />
        ) : (
          <StackTable stacks={shown} filter={filter} onFilter={change} choice={{ chosen, onChoose: setChosen }} />
        )}
      </Panel>
    </>
  );
}

function StateFilter({ value, onChange }: { value: StackFilter["state"]; onChange: (value: StackFilter["state"]) => void }): ReactElement {
  const { t } = useLingui();
  const states = Object.entries(STACK_STATES).map(([state, look]) => ({ value: state, label: t(look.word) }));
  return (
    <Select
      label={t`Filter by state`}
      value={value ?? ""}
      choices={[{ value: "", label: t`All states` }, { value: "attention", label: t`Needs attention` }, { value: "drifted", label: t`Drifted` }, ...states]}
      onChange={(next) => onChange(next === "" ? undefined : (next as StackFilter["state"]))}
    />
  );
}

function StacksLoading(): ReactElement {
  const { t } = useLingui();
  return <Panel flush><Skeleton lines={8} label={t`Loading the stacks`} /></Panel>;
}

function NoStacks(): ReactElement {
  return (
    <Panel>
      <Empty
        icon={<Layers size={28} />}
        title={<Trans>No stacks yet</Trans>}
        actions={<NewStackLink />}
      >
        <Trans>
          A stack is a set of services that belong together. Compose one from the catalogue, from a compose file, from a docker run
          line, or take over a project that already runs on this host.
        </Trans>
      </Empty>
    </Panel>
  );
}
