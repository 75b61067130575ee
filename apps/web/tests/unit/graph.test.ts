import type { ComposeModel } from "@/api/generated";
import { imageLines } from "@/features/graph/image_lines";
import { curve, nearest, place } from "@/features/graph/layout";
import { graphOf, neighbours, pathOf, visible } from "@/features/graph/model";
import { describe as describeNode } from "@/features/graph/words";
import { describe, expect, it } from "vitest";

const model: ComposeModel = {
  name: "shop",
  services: {
    web: {
      image: "registry.example/shop/web:1",
      depends_on: { db: { condition: "service_healthy" }, gone: { condition: "service_started", required: false } },
      networks: { default: null, back: null },
      ports: [{ target: 80, published: "8080" }, { target: 9000 }, { target: 443, published: "443" }],
    },
    db: {
      image: "postgres:17",
      networks: { back: null },
      volumes: [{ type: "volume", source: "data", target: "/data" }, { type: "bind", source: "./conf", target: "/etc/conf" }, { type: "volume", source: "data", target: "/more" }],
    },
  },
  networks: { default: {}, back: { internal: true } },
  volumes: { data: {} },
};

describe("the graph of a model", () => {
  const graph = graphOf(model);

  it("has services, networks and named volumes, and only published ports", () => {
    expect(graph.nodes.map((node) => node.id)).toEqual(["service:web", "service:db", "volume:data", "network:default", "network:back"]);
    expect(graph.nodes[0]?.ports).toEqual(["8080→80", "443"]);
  });

  it("has each relation once, and none to what is not there", () => {
    expect(graph.edges.map(({ source, target, kind }) => `${source} ${kind} ${target}`)).toEqual([
      "service:web depends_on service:db",
      "service:web joins network:default",
      "service:web joins network:back",
      "service:db mounts volume:data",
      "service:db joins network:back",
    ]);
  });

  it("leaves out the default network where it is the only one", () => {
    const alone = graphOf({ ...model, networks: { default: {} } });
    expect(alone.nodes.some((node) => node.kind === "network")).toBe(false);
    expect(alone.edges.some((each) => each.kind === "joins")).toBe(false);
  });

  it("hides what is not wanted, with its lines", () => {
    const few = visible(graph, { networks: false, volumes: false });
    expect(few.nodes).toHaveLength(2);
    expect(few.edges).toHaveLength(1);
  });

  it("reads out what the lines show", () => {
    const [web, db] = graph.nodes;
    expect(web && describeNode(graph, web)).toBe("service web, image registry.example/shop/web:1, waits until db is healthy, on network default, on network back");
    expect(db && describeNode(graph, db)).toBe("service db, image postgres:17, web waits for it, mounts data, on network back");
    expect(neighbours(graph, "volume:data").map(({ node }) => node.label)).toEqual(["db"]);
  });

  it("knows where a node is written", () => {
    expect(graph.nodes.map(pathOf)).toContainEqual(["volumes", "data"]);
  });
});

describe("its layout", () => {
  const placed = place(graphOf(model));
  const at = (id: string) => placed.nodes.find(({ node }) => node.id === id);

  it("puts what waits above what it waits for, and keeps nodes apart", () => {
    expect(at("service:web")?.y).toBeLessThan(at("service:db")?.y ?? 0);
    for (const [index, one] of placed.nodes.entries()) {
      for (const other of placed.nodes.slice(index + 1)) {
        const apart = Math.abs(one.x - other.x) >= (one.width + other.width) / 2 || Math.abs(one.y - other.y) >= (one.height + other.height) / 2;
        expect(apart, `${one.node.id} and ${other.node.id}`).toBe(true);
      }
    }
    expect(placed.edges.every(({ points }) => points.length >= 2)).toBe(true);
  });

  it("stays narrow: many that nothing joins stand in rows", () => {
    const nodes = Array.from({ length: 9 }, (_, index) => ({ id: `service:${index}`, kind: "service" as const, label: String(index) }));
    const { width, height } = place({ nodes, edges: [] });
    expect(width).toBeLessThan(400);
    expect(height).toBeGreaterThan(250);
  });

  it("walks with the arrow keys", () => {
    const placedServices = place(visible(graphOf(model), { networks: false, volumes: true }));
    expect(nearest(placedServices, "service:web", "ArrowDown")).toBe("service:db");
    expect(nearest(placedServices, "service:db", "ArrowUp")).toBe("service:web");
    expect(nearest(placedServices, "service:web", "ArrowUp")).toBeNull();
    expect(nearest(placedServices, "service:web", "Home")).toBeNull();
  });

  it("draws lines through their points", () => {
    expect(curve([{ x: 0, y: 0 }, { x: 10, y: 10 }, { x: 20, y: 0 }])).toBe("M0,0 Q10,10 15,5 L20,0");
    expect(curve([])).toBe("");
  });
});

describe("the image in a box", () => {
  it("is on one line where it fits", () => {
    expect(imageLines("postgres:17.6")).toEqual(["postgres:17.6"]);
    expect(imageLines("")).toEqual([]);
  });

  it("has what it comes from above its name, so that another registry is seen", () => {
    expect(imageLines("ghcr.io/immich-app/server:v1.120")).toEqual(["ghcr.io/immich-app/", "server:v1.120"]);
    const [here, there] = ["registry.example.com/shop/web:1.14.2", "registry.example.org/shop/web:1.14.2"].map((image) => imageLines(image).join(""));
    expect(here).not.toBe(there);
  });

  it("tells tags and digests apart", () => {
    expect(imageLines("rabbitmq:4.0.4-management-alpine")).not.toEqual(imageLines("rabbitmq:4.0.4-management-debian"));
    expect(imageLines("nginx@sha256:3f4e1a7b9c0d")).toEqual(["nginx@3f4e1a7"]);
    for (const line of imageLines("registry.example.com:5000/a/very/long/way/to/an-image-with-a-long-name:and-a-long-tag@sha256:3f4e1a7b9c0d")) expect(line.length).toBeLessThanOrEqual(24);
  });

  it("makes its box higher where it takes two lines", () => {
    const box = (detail: string) => place({ nodes: [{ id: "service:a", kind: "service", label: "a", detail }], edges: [] }).nodes[0]?.height ?? 0;
    expect(box("ghcr.io/immich-app/server:v1.120")).toBeGreaterThan(box("postgres:17"));
  });
});
