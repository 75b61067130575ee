import type { ComposeModel } from "@/api/generated";
import { ServiceGraph } from "@/features/graph/lazy";
import { graphOf, pathOf, type GraphNode } from "@/features/graph/model";
import { IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { Expand } from "lucide-react";
import { useMemo, useState, type ReactElement } from "react";
import css from "./ModelGraph.module.css";

/** The graph of what is written. While that has errors, the last one without stays. */
export function ModelGraph({ model, saved, onChoose }: {
  model: ComposeModel | null;
  saved: ComposeModel | null;
  /** The keys that lead to what was chosen. */
  onChoose: (keys: readonly string[]) => void;
}): ReactElement {
  const { t } = useLingui();
  const [last, setLast] = useState(saved);
  const [large, setLarge] = useState(false);
  const [selected, setSelected] = useState<string | null>(null);
  if (model !== null && model !== last) setLast(model);
  const graph = useMemo(() => (last === null ? null : graphOf(last)), [last]);
  const empty = graph === null || graph.nodes.length === 0;
  const choose = (node: GraphNode) => {
    setSelected(node.id);
    setLarge(false);
    onChoose(pathOf(node));
  };
  const label = t`Services and what they need of each other`;
  return (
    <Panel
      title={<Trans>Graph</Trans>}
      actions={empty ? undefined : <IconButton small label={t`Larger`} icon={<Expand size={15} />} onClick={() => setLarge(true)} />}
      flush
    >
      {empty ? (
        <p className={css.note}><Trans>The services appear here as soon as the definition can be read.</Trans></p>
      ) : (
        <ServiceGraph {...graph} label={label} selected={selected} onSelect={choose} />
      )}
      {!empty && (
        <Dialog wide open={large} onClose={() => setLarge(false)} title={<Trans>Graph</Trans>} description={t`Choose a service, network or volume to go to where it is written.`}>
          <ServiceGraph {...graph} label={label} selected={selected} onSelect={choose} />
        </Dialog>
      )}
    </Panel>
  );
}
