import { useLingui } from "@lingui/react";
import { useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import { nearest, place } from "./layout";
import type { Graph, GraphNode } from "./model";
import { EdgeShape, NodeShape } from "./shapes";
import { describe } from "./words";
import css from "./ServiceGraph.module.css";

/** The smallest share of its size at which the words can be read. */
const LEAST = 0.66;

/** The graph as a picture that the keyboard can walk through. */
export function Drawing({ graph, label, zoom, selected, onSelect }: {
  graph: Graph;
  label: string;
  zoom: number | null;
  selected: string | null;
  onSelect: ((node: GraphNode) => void) | undefined;
}): ReactElement {
  useLingui();
  const placed = useMemo(() => place(graph), [graph]);
  const [current, setCurrent] = useState<string | null>(null);
  const root = useRef<SVGSVGElement>(null);
  const arrow = useId();
  // One stop for the Tab key; from there the arrow keys go on.
  const stop = placed.nodes.some(({ node }) => node.id === current) ? current : (placed.nodes[0]?.node.id ?? null);
  const press = (node: GraphNode) => (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onSelect?.(node);
      return;
    }
    const next = nearest(placed, node.id, event.key);
    if (next === null) return;
    event.preventDefault();
    setCurrent(next);
    root.current?.querySelector<SVGGElement>(`[data-node="${CSS.escape(next)}"]`)?.focus();
  };
  const width = zoom === null ? placed.width : placed.width * zoom;
  return (
    <div className={css.scroller}>
      <svg
        ref={root}
        className={zoom === null ? css.fit : undefined}
        // Fitting ends where it can no longer be read: from there it scrolls.
        style={zoom === null ? { minWidth: placed.width * LEAST } : undefined}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a drawing has no element for it
        role="group"
        aria-label={label}
        viewBox={`0 0 ${placed.width} ${placed.height}`}
        width={width}
        height={zoom === null ? undefined : placed.height * zoom}
      >
        <defs>
          <marker id={arrow} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
            <path d="M0 0 8 4 0 8Z" className={css.arrow} />
          </marker>
        </defs>
        {placed.edges.map((edge) => <EdgeShape key={`${edge.edge.kind} ${edge.edge.source} ${edge.edge.target}`} placed={edge} arrow={arrow} />)}
        {placed.nodes.map((each) => (
          <NodeShape
            key={each.node.id}
            placed={each}
            description={describe(graph, each.node)}
            selected={each.node.id === selected}
            stop={each.node.id === stop}
            onFocus={() => setCurrent(each.node.id)}
            onSelect={() => onSelect?.(each.node)}
            onKeyDown={press(each.node)}
          />
        ))}
      </svg>
    </div>
  );
}
