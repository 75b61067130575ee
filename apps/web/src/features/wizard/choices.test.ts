import type { CatalogEntry } from "@/api/generated";
import { describe, expect, it } from "vitest";
import { choicesOf, isChanged, nextKey, NOTHING, reduce, toRequest, type Catalogue, type Change, type WizardState } from "./choices";
import { entriesFor, freeName, providersFor, unknownServices } from "./fitting";

const text = (en: string) => ({ en, fr: en });
const entry = (id: string, more: Partial<CatalogEntry> = {}): CatalogEntry => ({
  id, kind: "component", category: "tool", name: id, summary: text(id), icon: null, origin: "built_in", versions: [], options: [], secrets: [], provides: [],
  requires: [], ports: [], deploys: false, ...more,
});
const port = (usual: number): CatalogEntry["options"][number] => ({
  id: "publish", kind: "host_port", label: text("Port"), help: null, default: usual, optional: false, advanced: false, pattern: null, min: null, max: null, values: [],
});
const provides = (id: string) => [{ id: "database", interface: id, label: text("Database") }];
const requires = (interfaces: string[], optional: boolean) => [{ id: "database", interfaces, optional, label: text("Database") }];

const catalogue: Catalogue = new Map(
  [
    entry("postgres", { provides: provides("postgres") }),
    entry("mariadb", { provides: provides("mysql") }),
    entry("wordpress", { requires: requires(["mysql"], false), options: [port(8080)] }),
    entry("node", { requires: requires(["postgres", "mysql"], true), options: [port(8080)] }),
    entry("suite", { kind: "application", provides: provides("postgres") }),
  ].map((each) => [each.id, each]),
);

const empty: WizardState = { choices: NOTHING, removed: null };
const after = (...changes: Change[]) => changes.reduce((state, change) => reduce(state, change, catalogue), empty);
const add = (key: number, id: string, user?: { key: number; requirement: string }): Change => ({ kind: "add", key, entry: id, as: id, ...(user && { user }) });
const connections = (state: WizardState) => Object.fromEntries(state.choices.components.map((each) => [each.as, each.connect]));

describe("adding", () => {
  it("connects what has to be connected, in either order", () => {
    expect(connections(after(add(1, "mariadb"), add(2, "wordpress")))).toEqual({ mariadb: {}, wordpress: { database: 1 } });
    expect(connections(after(add(1, "wordpress"), add(2, "mariadb")))).toEqual({ mariadb: {}, wordpress: { database: 2 } });
  });

  it("leaves to the person what may stay alone, and what several could be", () => {
    expect(connections(after(add(1, "mariadb"), add(2, "node")))["node"]).toEqual({});
    const two = after(add(1, "mariadb"), { kind: "add", key: 2, entry: "mariadb", as: "other" }, add(3, "wordpress"));
    expect(connections(two)["wordpress"]).toEqual({});
  });

  it("connects what is added in place", () => {
    expect(connections(after(add(1, "node"), add(2, "postgres", { key: 1, requirement: "database" })))["node"]).toEqual({ database: 2 });
  });

  it("begins with a port of the host that no other component has", () => {
    const { choices } = after(add(1, "wordpress"), add(2, "node"), { kind: "add", key: 3, entry: "node", as: "second" });
    expect(choices.components.map((each) => each.options)).toEqual([{}, { publish: 8081 }, { publish: 8082 }]);
  });
});

describe("removing", () => {
  const both = [add(1, "mariadb"), add(2, "wordpress")];

  it("takes its connections away", () => {
    const state = after(...both, { kind: "remove", key: 1 });
    expect(connections(state)).toEqual({ wordpress: {} });
    expect(state.removed?.component.as).toBe("mariadb");
  });

  it("can be undone, with options, connections and place", () => {
    const edited: Change[] = [...both, { kind: "option", key: 1, option: "memory", value: "1g" }];
    const before = after(...edited).choices;
    expect(after(...edited, { kind: "remove", key: 1 }, { kind: "restore" }).choices).toEqual(before);
    expect(after(...edited, { kind: "remove", key: 2 }, { kind: "restore" }).choices).toEqual(before);
  });

  it("does not undo a connection that was chosen anew since", () => {
    const state = after(...both, { kind: "add", key: 3, entry: "mariadb", as: "other" }, { kind: "remove", key: 1 }, { kind: "connect", key: 2, requirement: "database", provider: 3 }, { kind: "restore" });
    expect(connections(state)["wordpress"]).toEqual({ database: 3 });
  });

  it("keeps the key of what can come back", () => {
    const state = after(...both, { kind: "remove", key: 2 });
    expect(nextKey(state.choices.components, state.removed)).toBe(3);
  });
});

describe("the request", () => {
  it("has the names of the moment: a new name goes along to those who use it", () => {
    const { choices } = after(add(1, "mariadb"), add(2, "wordpress"), { kind: "rename", key: 1, as: "db" }, { kind: "name", name: "blog" });
    expect(toRequest(choices, null)).toEqual({
      name: "blog",
      base: null,
      components: [
        { entry: "mariadb", as: "db", version: null, image: null, options: {}, connect: {}, sleep: null },
        { entry: "wordpress", as: "wordpress", version: null, image: null, options: {}, connect: { database: "db" }, sleep: null },
      ],
      overwrite: [],
    });
  });

  it("has the image of a mirror, and the one of the version again without it", () => {
    const mirrored: Change = { kind: "image", key: 1, image: "mirror.example/mariadb:11" };
    expect(toRequest(after(add(1, "mariadb"), mirrored).choices, null).components[0]?.image).toBe("mirror.example/mariadb:11");
    expect(toRequest(after(add(1, "mariadb"), mirrored, { ...mirrored, image: null }).choices, null).components[0]?.image).toBeNull();
  });

  it("has only values that are not the usual ones", () => {
    const set: Change = { kind: "option", key: 1, option: "memory", value: "1g" };
    expect(after(add(1, "mariadb"), set).choices.components[0]?.options).toEqual({ memory: "1g" });
    expect(after(add(1, "mariadb"), set, { ...set, value: undefined }).choices.components[0]?.options).toEqual({});
  });

  it("is read back as it was written", () => {
    const { choices } = after(add(1, "mariadb"), add(2, "wordpress"));
    const read = choicesOf("blog", toRequest(choices, null).components);
    expect(read.components).toEqual(choices.components);
    expect(isChanged(choices, read)).toBe(false);
    expect(isChanged(reduce({ choices, removed: null }, { kind: "overwrite", path: "services.db.mem_limit" }, catalogue).choices, read)).toBe(true);
  });
});

const several = after(add(1, "mariadb"), add(2, "postgres"), add(3, "suite")).choices;
const names = (interfaces: string[], user: number) => providersFor({ interfaces }, user, several.components, catalogue).map((each) => each.as);

describe("what fits", () => {
  it("offers the chosen components that have the interface, and never the component itself", () => {
    expect(names(["postgres", "mysql"], 9)).toEqual(["mariadb", "postgres", "suite"]);
    expect(names(["postgres"], 2)).toEqual(["suite"]);
  });

  it("offers entries by the order of the interfaces, complete applications last", () => {
    expect(entriesFor({ interfaces: ["postgres", "mysql"] }, catalogue).map((each) => each.id)).toEqual(["postgres", "mariadb", "suite"]);
    expect(entriesFor({ interfaces: ["mysql", "postgres"] }, catalogue).map((each) => each.id)).toEqual(["mariadb", "postgres", "suite"]);
  });

  it("finds free names", () => {
    expect(freeName("node", new Set(["node-2"]))).toBe("node");
    expect(freeName("node", new Set(["node", "node-2"]))).toBe("node-3");
    expect(unknownServices(["services.web", "services.db.labels", "volumes.data"])).toEqual(["web"]);
  });
});
