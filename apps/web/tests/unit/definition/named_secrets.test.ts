import { cursorAt } from "@/features/definition/editor/cursor";
import { namedSecretsAt, withDeclaration } from "@/features/definition/editor/named_secrets";
import { yaml } from "@codemirror/lang-yaml";
import { EditorState } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { describe, expect, it } from "vitest";

const SECRETS = ["db-password", "404"];

/** A file in which `|` is the cursor. */
function offered(text: string) {
  const pos = text.indexOf("|");
  const state = EditorState.create({ doc: text.replace("|", ""), extensions: yaml() });
  const cursor = cursorAt(state, pos);
  return { state, pos, cursor, options: namedSecretsAt(state, cursor, SECRETS, "named secret") };
}

const labels = (text: string) => offered(text).options.map(({ label }) => label);

/** The file with the cursor after an option was taken. */
function taken(text: string, at = 0): string {
  const { state, pos, cursor, options } = offered(text);
  const option = options[at];
  if (option === undefined) throw new Error("nothing is offered");
  let after = state;
  let anchor = -1;
  if (typeof option.apply === "function") {
    const view = { state, dispatch: (spec: Parameters<EditorState["update"]>[0]) => { after = state.update(spec).state; anchor = after.selection.main.head; } };
    option.apply(view as unknown as EditorView, option, cursor.from, pos);
  } else {
    const insert = option.apply ?? option.label;
    after = state.update({ changes: { from: cursor.from, to: pos, insert } }).state;
    anchor = cursor.from + insert.length;
  }
  return `${after.sliceDoc(0, anchor)}|${after.sliceDoc(anchor)}`;
}

describe("named secrets in the editor", () => {
  it("are offered where a service or the file takes one", () => {
    expect(labels("services:\n  web:\n    sec|")).toEqual(["secrets: db-password", "secrets: 404"]);
    expect(labels("services:\n  web:\n    secrets:\n      - |")).toEqual(SECRETS);
    expect(labels("services:\n  web:\n    secrets: [|]")).toEqual(SECRETS);
    expect(labels("secrets:\n  |")).toEqual(SECRETS);
  });

  it("are offered nowhere else, and not once more", () => {
    expect(labels("services:\n  web:\n    secrets: []\n    |")).toEqual([]);
    expect(labels("services:\n  |")).toEqual([]);
    expect(labels("services:\n  web:\n    image: |")).toEqual([]);
    expect(labels("services:\n  web:\n    configs: [|]")).toEqual([]);
    expect(labels("services:\n  web:\n    secrets:\n      - source: |")).toEqual([]);
    expect(labels("secrets:\n  db:\n    |")).toEqual([]);
    expect(labels("secrets:\n  db-password: {external: true}\n  |")).toEqual(["404"]);
    expect(labels("services:\n  web:\n    secrets: [|]\nsecrets:\n  db-password: {external: true}\n")).toEqual(["404"]);
  });

  it("are given to the service and declared at the end of the file", () => {
    expect(taken("services:\n  web:\n    sec|\n")).toBe("services:\n  web:\n    secrets: [db-password]|\n\nsecrets:\n  db-password: {external: true}\n");
    expect(taken("services:\n  web:\n    secrets:\n      - |\n")).toBe("services:\n  web:\n    secrets:\n      - db-password|\n\nsecrets:\n  db-password: {external: true}\n");
    expect(taken("services:\n  web:\n    secrets:\n      |")).toBe("services:\n  web:\n    secrets:\n      - db-password|\n\nsecrets:\n  db-password: {external: true}\n");
    expect(taken("services:\n  web:\n    secrets: |")).toBe("services:\n  web:\n    secrets: [db-password]|\n\nsecrets:\n  db-password: {external: true}\n");
    expect(taken("secrets:\n  |")).toBe("secrets:\n  db-password: {external: true}|");
  });

  it("are added to what is declared already", () => {
    const service = "services:\n  web:\n    secrets: [|]\n";
    expect(taken(`${service}secrets:\n    a:\n        file: ./a # why\nvolumes: {}\n`)).toBe(`${service.replace("|", "db-password|")}secrets:\n    a:\n        file: ./a # why\n    db-password: {external: true}\nvolumes: {}\n`);
    expect(taken(`${service}secrets: {a: {file: ./a}}\n`)).toContain("secrets: {a: {file: ./a}, db-password: {external: true}}\n");
    expect(taken(`${service}secrets: {}\n`)).toContain("\nsecrets: {db-password: {external: true}}\n");
    expect(taken(`${service}secrets:\n`)).toContain("\nsecrets:\n  db-password: {external: true}\n");
    expect(taken(`secrets:\n  a: {file: ./a}\n${service}`)).toBe(`secrets:\n  a: {file: ./a}\n  db-password: {external: true}\n${service.replace("|", "db-password|")}`);
  });

  it("are only named where they are declared", () => {
    expect(taken("services:\n  web:\n    |\nsecrets:\n  db-password: {external: true}\n")).toBe("services:\n  web:\n    secrets: [db-password]|\nsecrets:\n  db-password: {external: true}\n");
  });

  it("are quoted where their names would be read as something else", () => {
    expect(taken("services:\n  web:\n    secrets: [|]\n", 1)).toBe('services:\n  web:\n    secrets: ["404"|]\n\nsecrets:\n  "404": {external: true}\n');
    const { changes } = withDeclaration(EditorState.create({ doc: "", extensions: yaml() }), "on", { from: 0, to: 0, insert: "" });
    expect(changes.at(-1)?.insert).toContain('"on": {external: true}');
  });
});
