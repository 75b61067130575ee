// Places the nodes in ranks: what waits is above what it waits for.

import { Graph as Ranks, layout } from "@dagrejs/dagre";
import { imageLines } from "./image_lines";
import type { Graph, GraphEdge, GraphNode } from "./model";

export interface PlacedNode {
  node: GraphNode;
  /** Its middle. */
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlacedEdge {
  edge: GraphEdge;
  points: readonly { x: number; y: number }[];
}

export interface Placed {
  width: number;
  height: number;
  nodes: readonly PlacedNode[];
  edges: readonly PlacedEdge[];
}

const SIZES = { service: { width: 156, height: 52 }, volume: { width: 120, height: 30 }, network: { width: 120, height: 30 } } as const;

/** Between the lines of text in a service. */
export const LINE = 14;

/** A service whose image takes two lines is higher. */
function sizeOf(node: GraphNode): { width: number; height: number } {
  const { width, height } = SIZES[node.kind];
  return { width, height: height + LINE * Math.max(0, imageLines(node.detail ?? "").length - 1) };
}

/** Above this width the graph is turned if that makes it narrower: it mostly stands in a column of the page. */
const WIDE = 560;
const GAP = 18;
const MARGIN = 6;

export function place(graph: Graph): Placed {
  const joined = new Set(graph.edges.flatMap(({ source, target }) => [source, target]));
  const ranked = { nodes: graph.nodes.filter(({ id }) => joined.has(id)), edges: graph.edges };
  const alone = graph.nodes.filter(({ id }) => !joined.has(id));
  const upright = inRanks(ranked, "TB");
  const lying = upright.width > WIDE ? inRanks(ranked, "LR") : upright;
  return withRows(lying.width < upright.width ? lying : upright, alone);
}

function inRanks(graph: Graph, rankdir: "TB" | "LR"): Placed {
  if (graph.nodes.length === 0) return { width: 0, height: 0, nodes: [], edges: [] };
  const ranks = new Ranks({ multigraph: true });
  ranks.setGraph({ rankdir, nodesep: GAP, ranksep: 48, edgesep: 10, marginx: MARGIN, marginy: MARGIN + 4 });
  for (const node of graph.nodes) ranks.setNode(node.id, sizeOf(node));
  for (const [index, edge] of graph.edges.entries()) {
    ranks.setEdge(edge.source, edge.target, { weight: edge.kind === "depends_on" ? 3 : 1 }, String(index));
  }
  layout(ranks);
  const { width = 0, height = 0 } = ranks.graph();
  return {
    width,
    height,
    nodes: graph.nodes.map((node) => ({ node, ...at(ranks.node(node.id)), ...sizeOf(node) })),
    edges: graph.edges.map((edge, index) => ({ edge, points: (ranks.edge(edge.source, edge.target, String(index)) as { points: { x: number; y: number }[] }).points })),
  };
}

/** Nodes that nothing leads to stand in rows below, instead of making everything wide. */
function withRows(placed: Placed, alone: readonly GraphNode[]): Placed {
  if (alone.length === 0) return placed;
  const column = SIZES.service.width + GAP;
  const highest = Math.max(...alone.map((node) => sizeOf(node).height));
  const row = highest + GAP;
  const columns = Math.min(alone.length, Math.max(2, Math.floor((placed.width - 2 * MARGIN + GAP) / column)));
  const top = placed.height === 0 ? MARGIN + 4 : placed.height + GAP;
  const nodes = alone.map((node, index) => ({
    node,
    ...sizeOf(node),
    x: MARGIN + (index % columns) * column + SIZES.service.width / 2,
    y: top + Math.floor(index / columns) * row + highest / 2,
  }));
  return {
    width: Math.max(placed.width, 2 * MARGIN + columns * column - GAP),
    height: top + Math.ceil(alone.length / columns) * row - GAP + MARGIN,
    nodes: [...placed.nodes, ...nodes],
    edges: placed.edges,
  };
}

function at({ x, y }: { x?: number; y?: number }): { x: number; y: number } {
  return { x: x ?? 0, y: y ?? 0 };
}

/** A smooth line through the points. */
export function curve(points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  const middle = (one: { x: number; y: number }, other: { x: number; y: number }) => `${round((one.x + other.x) / 2)},${round((one.y + other.y) / 2)}`;
  const bends = rest.slice(0, -1).map((point, index) => `Q${round(point.x)},${round(point.y)} ${middle(point, rest[index + 1] ?? point)}`);
  const last = rest.at(-1) ?? first;
  return `M${round(first.x)},${round(first.y)} ${bends.join(" ")} L${round(last.x)},${round(last.y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The node that an arrow key leads to: the nearest in that direction, straight ahead before aside. */
export function nearest(placed: Placed, from: string, key: string): string | null {
  const start = placed.nodes.find(({ node }) => node.id === from);
  const direction = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[key];
  if (start === undefined || direction === undefined) return null;
  const [dx = 0, dy = 0] = direction;
  let best: { id: string; cost: number } | null = null;
  for (const { node, x, y } of placed.nodes) {
    const [ahead, aside] = [(x - start.x) * dx + (y - start.y) * dy, Math.abs((x - start.x) * dy) + Math.abs((y - start.y) * dx)];
    if (node.id === from || ahead <= 1) continue;
    const cost = ahead + aside * 2;
    if (best === null || cost < best.cost) best = { id: node.id, cost };
  }
  return best?.id ?? null;
}
