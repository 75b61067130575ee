import { ServiceGraph } from "@/features/graph/lazy";
import { FindingList } from "@/features/versions/FindingList";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Empty, Skeleton } from "@/ui/Empty";
import { InnerTabs } from "@/ui/InnerTabs";
import { Trans, useLingui } from "@lingui/react/macro";
import { FileCode2 } from "lucide-react";
import { useState, type ReactElement } from "react";
import { ComposeView } from "./lazy";
import { indexIn, useWizard, type Answer } from "./context";
import css from "./Consequences.module.css";

/** What comes of the choices, always in view: the compose file, the graph, and what to reconsider. */
export function Consequences(): ReactElement {
  const { t } = useLingui();
  const { answer, error, retry, checking, choices, base } = useWizard();
  const [open, setOpen] = useState("compose");
  const nothing = choices.components.length === 0 && base === null;
  const findings = answer?.draft.findings.length ?? 0;
  const content = (show: (answer: Answer) => ReactElement) => (nothing ? <NothingYet /> : answer === undefined ? error === null && <Skeleton lines={8} label={t`Composing`} /> : show(answer));
  return (
    <aside className={css.consequences} aria-label={t`What comes of it`} aria-busy={checking && answer === undefined ? true : undefined}>
      {error !== null && <ProblemNote error={error} actions={<Button small onClick={retry}><Trans>Try again</Trans></Button>} />}
      <InnerTabs
        label={t`What comes of it`}
        open={open}
        onOpen={setOpen}
        tabs={[
          { id: "compose", title: <Trans>Compose file</Trans>, content: content((each) => <Compose answer={each} />) },
          { id: "graph", title: <Trans>Graph</Trans>, content: content((each) => <Graph answer={each} />) },
          {
            id: "findings",
            title: <><Trans>Findings</Trans>{findings > 0 && <Chip tone={worst(answer)} mark={false}>{findings}</Chip>}</>,
            content: content((each) => <Findings answer={each} />),
          },
        ]}
      />
    </aside>
  );
}

function worst(answer: Answer | undefined): "bad" | "warn" | "calm" {
  const has = (severity: string) => answer?.draft.findings.some((finding) => finding.severity === severity) === true;
  return has("error") ? "bad" : has("warning") ? "warn" : "calm";
}

function NothingYet(): ReactElement {
  return (
    <Empty icon={<FileCode2 size={28} />} title={<Trans>The compose file grows here</Trans>}>
      <Trans>With every choice you see which lines it writes, how the services hang together, and what to reconsider.</Trans>
    </Empty>
  );
}

function Compose({ answer }: { answer: Answer }): ReactElement {
  const { t } = useLingui();
  const { view } = useWizard();
  const index = view.kind === "component" ? indexIn(answer, view) : -1;
  const lit = answer.draft.origin.filter((each) => each.component === index).map((each) => ({ since: each.since_line, until: each.until_line }));
  return <ComposeView text={answer.draft.compose} label={t`Compose file`} lit={lit} />;
}

/** The nodes lead to the components that wrote them. */
function Graph({ answer }: { answer: Answer }): ReactElement {
  const { t } = useLingui();
  const { view, go } = useWizard();
  const { nodes, edges } = answer.draft.graph;
  const index = view.kind === "component" ? indexIn(answer, view) : -1;
  const selected = nodes.find((node) => node.kind === "service" && node.component === index && index !== -1)?.id ?? null;
  const open = (id: string) => {
    const component = nodes.find((node) => node.id === id)?.component ?? null;
    const key = component === null ? undefined : answer.keys[component];
    if (key !== undefined) go({ kind: "component", key });
  };
  if (nodes.length === 0) return <Empty title={<Trans>There is nothing to draw yet</Trans>} />;
  return <ServiceGraph nodes={nodes} edges={edges} label={t`Services and what they need of each other`} selected={selected} onSelect={(node) => open(node.id)} />;
}

function Findings({ answer }: { answer: Answer }): ReactElement {
  const { problems, findings, model } = answer.draft;
  return (
    <div className={css.findings}>
      {problems.length > 0 && model === null ? (
        <p><Trans>There is something to mend first; findings come when the definition is complete.</Trans></p>
      ) : (
        <FindingList version={{ findings, findings_summary: null }} />
      )}
    </div>
  );
}
