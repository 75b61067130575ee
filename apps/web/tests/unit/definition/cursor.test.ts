import type { ComposeAttribute } from "@/api/generated";
import { optionsAt, type CompletionWords } from "@/features/definition/editor/complete";
import { cursorAt, keysBelow, positionOf } from "@/features/definition/editor/cursor";
import { rangeOf } from "@/features/definition/editor/diagnostics";
import { attributeAt } from "@/features/definition/editor/hover";
import { indexSchema } from "@/features/definition/editor/schema";
import { yaml } from "@codemirror/lang-yaml";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";

/** A file in which `|` is the cursor. */
function at(text: string): { state: EditorState; pos: number } {
  const pos = text.indexOf("|");
  return { state: EditorState.create({ doc: text.replace("|", ""), extensions: yaml() }), pos };
}

function cursor(text: string) {
  const { state, pos } = at(text);
  const { path, kind, word } = cursorAt(state, pos);
  return { path: path.join("/"), kind, word };
}

describe("the path of the cursor", () => {
  it.each([
    ["se|", "", "key", "se"],
    ["services:\n  |", "services", "key", ""],
    ["services:\n  web:\n    |", "services/web", "key", ""],
    ["services:\n  web:\n    im|", "services/web", "key", "im"],
    ["services:\n  web:\n    image: nginx\n    res|\n    ports: []\n", "services/web", "key", "res"],
    ["services:\n  web:\n    image: nginx\n  |\n", "services", "key", ""],
    ["services:\n  web:\n    image: nginx\n|", "", "key", ""],
    ["services:\n  web:\n    restart: un|", "services/web/restart", "value", "un"],
    ["services:\n  web:\n    restart: |", "services/web/restart", "value", ""],
    ["services:\n  web:\n    healthcheck:\n      inter|", "services/web/healthcheck", "key", "inter"],
    ["services:\n  web:\n    # why\n    |", "services/web", "key", ""],
    ["services:\n  web:\n    ports:\n      - target: 80\n        pub|", "services/web/ports/[]", "key", "pub"],
    ["services:\n  web:\n    networks:\n      - fr|", "services/web/networks/[]", "key", "fr"],
    ["services:\n  web:\n    networks:\n    - fr|", "services/web/networks/[]", "key", "fr"],
    ["services:\n  web:\n    networks:\n      - |", "services/web/networks/[]", "key", ""],
    ["services:\n  web:\n    depends_on: {db: {con|", "services/web/depends_on/db", "key", "con"],
    ["services:\n  web:\n    depends_on: {db: {condition: ser|}}", "services/web/depends_on/db/condition", "value", "ser"],
    ["services:\n  web:\n    networks: [a, b|]", "services/web/networks/[]", "key", "b"],
    ["services:\n  web:\n    x-core-monitor:\n      on-demand:\n        idle-|", "services/web/x-core-monitor/on-demand", "key", "idle-"],
    ["services:\n  web:\n    x-core-monitor:\n      on-demand:\n        companions: [|]", "services/web/x-core-monitor/on-demand/companions/[]", "key", ""],
    ["volumes:\n  x:\n\nnet|", "", "key", "net"],
  ])("%j is %s (%s %s)", (text, path, kind, word) => {
    expect(cursor(text)).toEqual({ path, kind, word });
  });
});

const attribute = (path: string, more: Partial<ComposeAttribute> = {}): ComposeAttribute => ({
  path,
  name: path.split(".").at(-1) ?? "",
  kinds: ["string"],
  values: [],
  required: false,
  support: "full",
  engine: null,
  summary: { en: `about ${path}`, fr: `à propos de ${path}` },
  ...more,
});

const schema = indexSchema([
  attribute("services", { kinds: ["map"] }),
  attribute("volumes", { kinds: ["map"] }),
  attribute("services.*.image"),
  attribute("services.*.restart", { values: ["always", "unless-stopped"] }),
  attribute("services.*.init", { kinds: ["boolean"] }),
  attribute("services.*.healthcheck", { kinds: ["map"] }),
  attribute("services.*.healthcheck.interval"),
  attribute("services.*.ports[].target"),
  attribute("services.*.depends_on.*.condition", { values: ["service_started", "service_healthy"] }),
  attribute("services.*.x-core-monitor", { kinds: ["map"] }),
  attribute("services.*.x-core-monitor.on-demand", { kinds: ["map"] }),
  attribute("services.*.x-core-monitor.on-demand.mode", { values: ["dynamic", "blocking"] }),
  attribute("services.*.x-core-monitor.on-demand.companions", { kinds: ["string", "list"], values: ["all"] }),
]);
const words: CompletionWords = { language: "en", declared: "in this file", named: "named secret", kinds: (each) => each.kinds.join(" or ") };

function offered(text: string): string[] {
  const { state, pos } = at(text);
  return optionsAt(state, cursorAt(state, pos), schema, words).map((option) => option.label);
}

describe("completion", () => {
  it("offers the keys of the level", () => {
    expect(offered("|")).toEqual(["services", "volumes"]);
    expect(offered("services:\n  web:\n    |")).toEqual(["image", "restart", "init", "healthcheck", "x-core-monitor"]);
    expect(offered("services:\n  web:\n    healthcheck:\n      |")).toEqual(["interval"]);
    expect(offered("services:\n  web:\n    ports:\n      - tar|")).toEqual(["target"]);
    expect(offered("services:\n  web:\n    image: nginx\n    |"), "what is there is not offered again").not.toContain("image");
  });

  it("offers the values of an attribute", () => {
    expect(offered("services:\n  web:\n    restart: |")).toEqual(["always", "unless-stopped"]);
    expect(offered("services:\n  web:\n    init: |")).toEqual(["true", "false"]);
    expect(offered("services:\n  web:\n    depends_on:\n      db:\n        condition: |")).toEqual(["service_started", "service_healthy"]);
  });

  it("offers what only Core Monitor knows, with the services that can wake together", () => {
    const file = (rest: string) => `services:\n  db:\n    image: postgres\n  web:\n    image: nginx\n    x-core-monitor:\n${rest}`;
    expect(offered("services:\n  web:\n    image: nginx\n    x-c|")).toContain("x-core-monitor");
    expect(offered(file("      |"))).toEqual(["on-demand"]);
    expect(offered(file("      on-demand:\n        |"))).toEqual(["mode", "companions"]);
    expect(offered(file("      on-demand:\n        mode: |"))).toEqual(["dynamic", "blocking"]);
    expect(offered(file("      on-demand:\n        companions: |"))).toEqual(["all", "db"]);
    expect(offered(file("      on-demand: {companions: [|]}"))).toEqual(["db"]);
  });

  it("offers the names that the file declares", () => {
    const file = (rest: string) => `services:\n  db:\n    image: postgres\n  web:\n${rest}\nnetworks:\n  front:\nvolumes:\n  data:\n`;
    expect(offered(file("    depends_on: [|]"))).toEqual(["db"]);
    expect(offered(file("    depends_on:\n      |"))).toEqual(["db"]);
    expect(offered(file("    networks:\n      - |"))).toEqual(["front"]);
    expect(offered(file("    volumes:\n      - |"))).toEqual(["data"]);
  });
});

describe("places in a file", () => {
  const { state } = at("services:\n  db:\n    image: postgres\n  web: {image: nginx}\n|");

  it("lists the names of a section", () => {
    expect(keysBelow(state, ["services"])).toEqual(["db", "web"]);
    expect(keysBelow(state, ["volumes"])).toEqual([]);
  });

  it("finds the key at the end of a path", () => {
    expect(positionOf(state, ["services", "web"])).toEqual({ from: 38, to: 41 });
    expect(positionOf(state, ["services", "web", "image"])).toEqual({ from: 44, to: 49 });
    expect(positionOf(state, ["services", "cache"])).toBeNull();
  });

  it("explains the attribute that is pointed at, and no name that the file chose", () => {
    const image = attributeAt(state, 24, schema);
    expect(image?.attribute.path).toBe("services.*.image");
    expect(attributeAt(state, 13, schema)).toBeNull();
    expect(attributeAt(state, 45, schema)?.attribute.path).toBe("services.*.image");
  });
});

describe("places that the server names", () => {
  const doc = EditorState.create({ doc: "a: é𝄞x\n\nb: 1" }).doc;

  it("are counted in characters, from 1", () => {
    expect(rangeOf(doc, 1, 4, 2)).toEqual({ from: 3, to: 6 });
    expect(rangeOf(doc, 1, 6, 1)).toEqual({ from: 6, to: 7 });
    expect(rangeOf(doc, 3, 4, null)).toEqual({ from: 12, to: 13 });
  });

  it("stay inside a text that has changed meanwhile", () => {
    expect(rangeOf(doc, 9, 1, 5)).toEqual({ from: 9, to: 13 });
    expect(rangeOf(doc, 2, 5, 3)).toEqual({ from: 8, to: 8 });
    expect(rangeOf(doc, 3, 40, 1), "the whole line").toEqual({ from: 9, to: 13 });
    expect(rangeOf(doc, null, null, null)).toEqual({ from: 0, to: 1 });
  });
});
