import { openWizardOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { StackDetails } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { useStack } from "@/features/stacks/stack";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState, type ReactElement } from "react";
import { CatalogueLoader } from "./CatalogueLoader";
import { choicesOf, type Catalogue } from "./choices";
import { WizardContext, type Base } from "./context";
import { EditNotices } from "./EditNotices";
import { unknownServices } from "./fitting";
import { searchOf, viewOf } from "./search";
import { storeChoices } from "./store";
import { useAnswer } from "./useAnswer";
import { useChoices } from "./useChoices";
import { useReviewed } from "./useReviewed";
import { WizardBody } from "./WizardBody";

const route = getRouteApi("/stacks/$stackId/wizard");

/** Changes a version of a stack. What the wizard did not write stays as it is. */
export function EditPage(): ReactElement {
  const stack = useStack();
  const search = route.useSearch();
  // A newer version that somebody saves meanwhile is no other base: the person decides about it.
  const [newest] = useState(stack.latest_version);
  const version = search.version ?? newest;
  return <CatalogueLoader>{(catalogue) => <Opened key={version} catalogue={catalogue} stack={stack} version={version} />}</CatalogueLoader>;
}

function Opened({ catalogue, stack, version }: { catalogue: Catalogue; stack: StackDetails; version: number }): ReactElement {
  const { t } = useLingui();
  const opened = useQuery(openWizardOptions({ path: { id: stack.stack_id, version } }));
  const base = useMemo(
    () => (opened.data === undefined ? null : { version, unknown: opened.data.unknown, choices: choicesOf(stack.name, opened.data.components) }),
    [opened.data, version, stack.name],
  );
  if (opened.isError) return <ProblemNote error={opened.error} actions={<Button onClick={() => void opened.refetch()}><Trans>Try again</Trans></Button>} />;
  if (base === null || opened.data === undefined) return <Panel flush><Skeleton lines={8} label={t`Reading the definition`} /></Panel>;
  if (opened.data.editable) return <EditStack catalogue={catalogue} base={{ ...base, stack }} />;
  return (
    <Panel>
      <Empty
        title={<Trans>The wizard cannot change this file</Trans>}
        actions={<ButtonLink look="primary" to="/stacks/$stackId/definition" params={{ stackId: stack.stack_id }}><Trans>Edit the definition</Trans></ButtonLink>}
      >
        <Trans>It is written in a way that the wizard cannot take apart without losing something. It can still be edited as text.</Trans>
      </Empty>
    </Panel>
  );
}

function EditStack({ catalogue, base }: { catalogue: Catalogue; base: Base }): ReactElement {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const key = (version: number) => `${base.stack.stack_id}:${version}`;
  const { choices, removed, change, add } = useChoices(key(base.version), catalogue, base.choices, unknownServices(base.unknown));
  const { answer, error, checking, retry } = useAnswer(choices, { stack_id: base.stack.stack_id, version: base.version });
  const view = viewOf(search, choices.components.map((each) => each.key));
  const reviewed = useReviewed(view);
  const wizard = {
    catalogue, choices, removed, change, add, answer, error, checking, retry, view, reviewed, base,
    go: (next: typeof view) => void navigate({ search: { ...searchOf(next), version: base.version } }),
  };
  // The choices go along; what the newer version changed by hand shows up as collisions.
  const continueOn = (version: number) => {
    storeChoices(key(version), choices, catalogue);
    storeChoices(key(base.version), null, catalogue);
    void navigate({ search: { ...searchOf(view), version }, replace: true });
  };
  return (
    <WizardContext value={wizard}>
      <EditNotices base={base} onContinue={continueOn} onRestart={() => change({ kind: "begin", choices: base.choices })} />
      <WizardBody />
    </WizardContext>
  );
}
