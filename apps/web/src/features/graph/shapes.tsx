import { classes } from "@/ui/classes";
import { useId, type KeyboardEvent, type ReactElement } from "react";
import { imageLines } from "./image_lines";
import { curve, LINE, type PlacedEdge, type PlacedNode } from "./layout";
import { conditionWord } from "./words";
import css from "./ServiceGraph.module.css";

/** Characters that fit on a line of a node. */
const FITS = { service: 21, network: 14, volume: 14 } as const;

export function NodeShape({ placed, description, selected, stop, onFocus, onSelect, onKeyDown }: {
  placed: PlacedNode;
  description: string;
  selected: boolean;
  /** Whether the Tab key stops here. */
  stop: boolean;
  onFocus: () => void;
  onSelect: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}): ReactElement {
  const id = useId();
  const { node, width, height } = placed;
  const [x, y] = [placed.x - width / 2, placed.y - height / 2];
  const ports = node.ports ?? [];
  return (
    <g
      className={classes(css.node, css[node.kind], selected && css.selected)}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a drawing has no element for it
      role="button"
      tabIndex={stop ? 0 : -1}
      // Its name is what stands in it; this says what the lines show.
      aria-describedby={id}
      aria-pressed={selected}
      data-node={node.id}
      onFocus={onFocus}
      onClick={onSelect}
      onKeyDown={onKeyDown}
    >
      <desc id={id}>{description}</desc>
      <rect className={css.box} x={x} y={y} width={width} height={height} rx={node.kind === "network" ? height / 2 : 6} aria-hidden>
        <title>{[node.label, node.detail].filter(Boolean).join("\n")}</title>
      </rect>
      {node.kind === "volume" && <path className={css.lid} d={`M${x} ${y + 6} h${width}`} />}
      <text className={css.name} x={placed.x} y={node.kind === "service" ? y + 21 : placed.y + (node.kind === "volume" ? 6 : 4)}>{cut(node.label, FITS[node.kind])}</text>
      {imageLines(node.detail ?? "").map((line, index) => <text key={line} className={css.detail} x={placed.x} y={y + 38 + index * LINE}>{line}</text>)}
      {ports.length > 0 && <Ports x={x + width} y={y} text={ports.length > 2 ? `${ports[0]} +${ports.length - 1}` : ports.join(" ")} />}
    </g>
  );
}

/** A flag on the corner: what of a service can be reached from outside. */
function Ports({ x, y, text }: { x: number; y: number; text: string }): ReactElement {
  const width = text.length * 6.4 + 10;
  return (
    <g className={css.ports}>
      <rect x={x - width - 4} y={y - 7} width={width} height={14} rx={7} />
      <text x={x - width / 2 - 4} y={y + 3.5}>{text}</text>
    </g>
  );
}

export function EdgeShape({ placed, arrow }: { placed: PlacedEdge; arrow: string }): ReactElement {
  const { edge, points } = placed;
  const directed = edge.kind === "depends_on" || edge.kind === "connects";
  const word = edge.kind === "depends_on" ? conditionWord(edge.condition) : "";
  const middle = points[Math.floor(points.length / 2)];
  return (
    <g aria-hidden className={classes(css.edge, css[edge.kind])}>
      <path d={curve(points)} markerEnd={directed ? `url(#${arrow})` : undefined} />
      {word !== "" && middle !== undefined && <text x={middle.x} y={middle.y + 3}>{word}</text>}
    </g>
  );
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
