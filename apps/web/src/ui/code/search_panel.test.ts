// @vitest-environment jsdom
import { getSearchQuery, openSearchPanel, SearchQuery } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { afterEach, describe, expect, test } from "vitest";
import { countMatches, finding } from "./search_panel";

const TEXT = "services:\n  web:\n    image: web:1\n  Web2:\n    image: other\n";

// jsdom lays nothing out.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList;

const views: EditorView[] = [];

afterEach(() => {
  for (const view of views.splice(0)) view.destroy();
});

function open(readOnly = false): { view: EditorView; panel: HTMLElement } {
  const view = new EditorView({ doc: TEXT, extensions: [finding(), EditorState.readOnly.of(readOnly)], parent: document.body });
  views.push(view);
  openSearchPanel(view);
  const panel = view.dom.querySelector<HTMLElement>(".cm-find");
  if (panel === null) throw new Error("no panel");
  return { view, panel };
}

const input = (panel: HTMLElement, name: string): HTMLInputElement => panel.querySelector<HTMLInputElement>(`[aria-label="${name}"]`)!;
const press = (panel: HTMLElement, word: string) => [...panel.querySelectorAll("button")].find((each) => each.textContent === word)!.click();

function type(field: HTMLInputElement, text: string): void {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

describe("finding", () => {
  test("what is typed is found, counted, and walked through by Enter", () => {
    const { view, panel } = open();
    type(input(panel, "Find"), "web");
    expect(panel.querySelector("[role=status]")?.textContent).toBe("3 matches");
    input(panel, "Find").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    expect(view.state.sliceDoc(view.state.selection.main.from, view.state.selection.main.to)).toBe("web");
  });

  test("boxes narrow what is found", () => {
    const { view, panel } = open();
    type(input(panel, "Find"), "web");
    panel.querySelector<HTMLInputElement>("input[type=checkbox]")!.click();
    expect(getSearchQuery(view.state).caseSensitive).toBe(true);
    expect(panel.querySelector("[role=status]")?.textContent).toBe("2 matches");
  });

  test("all places are replaced, and then there are none", () => {
    const { view, panel } = open();
    type(input(panel, "Find"), "image");
    type(input(panel, "Replace with"), "build");
    press(panel, "Replace all");
    expect(view.state.doc.toString()).toBe(TEXT.replaceAll("image", "build"));
    expect(panel.querySelector("[role=status]")?.textContent).toBe("no match");
  });

  test("what can only be read has nothing to replace", () => {
    const { panel } = open(true);
    expect(input(panel, "Replace with")).toBe(null);
  });

  test("an expression that is none is said to be", () => {
    const state = EditorState.create({ doc: "a".repeat(2_000) });
    expect(countMatches(state, new SearchQuery({ search: "(", regexp: true }))).toBe("This is no regular expression");
    expect(countMatches(state, new SearchQuery({ search: "a" }))).toBe("more than 999 matches");
    expect(countMatches(state, new SearchQuery({ search: "" }))).toBe("");
  });
});
