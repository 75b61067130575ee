import { IconButton } from "@/ui/Button";
import { Checkbox } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { useMemo, useState, type ReactElement } from "react";
import { Drawing } from "./Drawing";
import { visible, type Graph, type GraphNode } from "./model";
import css from "./ServiceGraph.module.css";

export interface ServiceGraphProps extends Graph {
  /** What the graph is of; read out by screen readers. */
  label: string;
  /** Id of a node that is lit up. */
  selected?: string | null;
  onSelect?: (node: GraphNode) => void;
}

const MANY = 4;
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** Services and what they need of each other. Arrow keys walk from node to node, Enter chooses one. */
export function ServiceGraph({ nodes, edges, label, selected, onSelect }: ServiceGraphProps): ReactElement {
  // Networks join almost everything with everything: of a large stack they are shown when they are asked for.
  const [shown, setShown] = useState(() => ({ networks: nodes.filter((node) => node.kind === "service").length <= MANY, volumes: true }));
  // Null fits the width.
  const [zoom, setZoom] = useState<number | null>(null);
  const graph = useMemo(() => visible({ nodes, edges }, shown), [nodes, edges, shown]);
  const kinds = new Set(nodes.map((node) => node.kind));
  return (
    <div className={css.graph}>
      <div className={css.bar}>
        {kinds.has("network") && <Checkbox checked={shown.networks} onChange={(networks) => setShown({ ...shown, networks })}><Trans>Networks</Trans></Checkbox>}
        {kinds.has("volume") && <Checkbox checked={shown.volumes} onChange={(volumes) => setShown({ ...shown, volumes })}><Trans>Volumes</Trans></Checkbox>}
        <ZoomButtons zoom={zoom} onZoom={setZoom} />
      </div>
      <Drawing graph={graph} label={label} zoom={zoom} selected={selected ?? null} onSelect={onSelect} />
    </div>
  );
}

function ZoomButtons({ zoom, onZoom }: { zoom: number | null; onZoom: (zoom: number | null) => void }): ReactElement {
  const { t } = useLingui();
  const now = zoom ?? 1;
  const larger = ZOOMS.find((step) => step > now);
  const smaller = ZOOMS.findLast((step) => step < now);
  return (
    <span className={css.zoom}>
      <IconButton small label={t`Zoom out`} icon={<ZoomOut size={14} />} onClick={() => onZoom(smaller ?? now)} disabledReason={smaller === undefined ? t`It cannot be smaller` : undefined} />
      <IconButton small label={t`Zoom in`} icon={<ZoomIn size={14} />} onClick={() => onZoom(larger ?? now)} disabledReason={larger === undefined ? t`It cannot be larger` : undefined} />
      <IconButton small label={t`Fit the width`} icon={<Maximize size={14} />} onClick={() => onZoom(null)} />
    </span>
  );
}
