// How the graph is read out, and what stands on its lines.

import { t } from "@lingui/core/macro";
import { neighbours, type Graph, type GraphEdge, type GraphNode } from "./model";

/** What an edge waits for, in a word. */
export function conditionWord(condition: string | null | undefined): string {
  if (condition === "service_healthy") return t`healthy`;
  if (condition === "service_completed_successfully") return t`completed`;
  return condition === "service_started" ? t`started` : "";
}

/** A node with everything the lines say about it. */
export function describe(graph: Graph, node: GraphNode): string {
  const parts = neighbours(graph, node.id).map(({ edge, node: other, outgoing }) => relation(edge, other.label, outgoing));
  return [kindOf(node), ...parts].join(", ");
}

function kindOf({ kind, label, detail }: GraphNode): string {
  if (kind === "network") return t`network ${label}`;
  if (kind === "volume") return t`volume ${label}`;
  return detail === undefined || detail === null ? t`service ${label}` : t`service ${label}, image ${detail}`;
}

function relation({ kind, condition }: GraphEdge, other: string, outgoing: boolean): string {
  if (kind === "mounts") return outgoing ? t`mounts ${other}` : t`mounted by ${other}`;
  if (kind === "joins") return outgoing ? t`on network ${other}` : t`with ${other}`;
  if (kind === "connects") return outgoing ? t`uses ${other}` : t`used by ${other}`;
  if (!outgoing) return t`${other} waits for it`;
  if (condition === "service_healthy") return t`waits until ${other} is healthy`;
  if (condition === "service_completed_successfully") return t`waits until ${other} has completed`;
  return t`waits until ${other} has started`;
}
