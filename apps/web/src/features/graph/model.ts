// What the graph of a stack shows: its services, what they wait for, and the networks and volumes they share.

import type { ComposeModel, ComposePort } from "@/api/generated";

export interface GraphNode {
  /** Unique, such as `service:web`. */
  id: string;
  kind: "service" | "network" | "volume";
  label: string;
  /** A second line: the image of a service. */
  detail?: string | null;
  /** Published ports of a service, such as `8080`. */
  ports?: readonly string[];
}

export interface GraphEdge {
  source: string;
  target: string;
  kind: "depends_on" | "mounts" | "joins" | "connects";
  /** Of `depends_on`: `service_started`, `service_healthy` or `service_completed_successfully`. */
  condition?: string | null;
}

export interface Graph {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
}

/** Which kinds of nodes are shown beside the services. */
export interface Shown {
  networks: boolean;
  volumes: boolean;
}

export function graphOf(model: ComposeModel): Graph {
  const services = Object.entries(model.services);
  const nodes: GraphNode[] = services.map(([name, service]) => ({
    id: `service:${name}`,
    kind: "service",
    label: name,
    detail: service.image ?? null,
    ports: (service.ports ?? []).flatMap((port) => publishedPort(port) ?? []),
  }));
  const edges: GraphEdge[] = [];
  for (const [name, service] of services) {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) edges.push(edge(name, `service:${other}`, "depends_on", condition));
    for (const volume of volumesOf(service.volumes)) edges.push(edge(name, `volume:${volume}`, "mounts"));
    for (const network of Object.keys(service.networks ?? {})) edges.push(edge(name, `network:${network}`, "joins"));
  }
  for (const name of Object.keys(model.volumes ?? {})) nodes.push({ id: `volume:${name}`, kind: "volume", label: name });
  for (const name of tellingNetworks(model)) nodes.push({ id: `network:${name}`, kind: "network", label: name });
  return complete({ nodes, edges });
}

function edge(service: string, target: string, kind: GraphEdge["kind"], condition: string | null = null): GraphEdge {
  return { source: `service:${service}`, target, kind, condition };
}

function publishedPort({ published, target }: ComposePort): string | null {
  return published === undefined || published === null ? null : published === String(target) ? published : `${published}→${target}`;
}

function volumesOf(mounts: ComposeModel["services"][string]["volumes"]): string[] {
  return [...new Set((mounts ?? []).flatMap((mount) => (mount.type === "volume" && typeof mount.source === "string" && mount.source !== "" ? [mount.source] : [])))];
}

/** The network that everybody is on by default says nothing if there is no other. */
function tellingNetworks(model: ComposeModel): string[] {
  const names = Object.keys(model.networks ?? {});
  return names.length === 1 && names[0] === "default" ? [] : names;
}

/** The graph without edges that lead nowhere. */
function complete({ nodes, edges }: Graph): Graph {
  const ids = new Set(nodes.map((node) => node.id));
  return { nodes, edges: edges.filter((each) => ids.has(each.source) && ids.has(each.target)) };
}

export function visible(graph: Graph, shown: Shown): Graph {
  const nodes = graph.nodes.filter(({ kind }) => kind === "service" || (kind === "network" ? shown.networks : shown.volumes));
  return complete({ nodes, edges: graph.edges });
}

/** The nodes that an edge joins to this one, in the order of the edges. */
export function neighbours(graph: Graph, id: string): { edge: GraphEdge; node: GraphNode; outgoing: boolean }[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  return graph.edges.flatMap((each) => {
    const other = each.source === id ? each.target : each.target === id ? each.source : null;
    const node = other === null ? undefined : byId.get(other);
    return node === undefined ? [] : [{ edge: each, node, outgoing: each.source === id }];
  });
}

/** The path in a compose file that declares a node. */
export function pathOf(node: Pick<GraphNode, "kind" | "label">): [string, string] {
  return [`${node.kind}s`, node.label];
}
