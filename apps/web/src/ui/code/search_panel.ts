// The panel that finds and replaces in an editor. CodeMirror has one of its own, which looks like no other part of the page.

import { closeSearchPanel, findNext, findPrevious, getSearchQuery, replaceAll, replaceNext, search, SearchQuery, selectMatches, setSearchQuery } from "@codemirror/search";
import type { EditorState, Extension } from "@codemirror/state";
import { runScopeHandlers, type EditorView, type Panel, type ViewUpdate } from "@codemirror/view";
import { plural, t } from "@lingui/core/macro";
import { findLook } from "./find_look";

/** Matches that are counted; of more it is said that there are more. */
const MOST = 999;

/** Finding in an editor, and replacing where it can be edited. */
export function finding(): Extension {
  return [search({ top: true, createPanel: (view) => new FindPanel(view) }), findLook];
}

/** How many places match: nothing is said of a text that is empty or no valid expression. */
export function countMatches(state: EditorState, query: SearchQuery): string {
  if (query.search === "") return "";
  if (!query.valid) return t`This is no regular expression`;
  const places = query.getCursor(state);
  let count = 0;
  while (count <= MOST && places.next().done !== true) count += 1;
  if (count > MOST) return t`more than ${MOST} matches`;
  return plural(count, { 0: "no match", one: "# match", other: "# matches" });
}

class FindPanel implements Panel {
  readonly top = true;
  readonly dom: HTMLElement;
  readonly #view: EditorView;
  readonly #find = field(t`Find`);
  readonly #replace = field(t`Replace with`);
  readonly #caseSensitive = box();
  readonly #regexp = box();
  readonly #wholeWord = box();
  readonly #count = document.createElement("span");
  #query: SearchQuery;

  constructor(view: EditorView) {
    this.#view = view;
    this.#query = getSearchQuery(view.state);
    this.#find.setAttribute("main-field", "true");
    this.#count.className = "cm-find-count";
    this.#count.setAttribute("role", "status");
    this.dom = document.createElement("div");
    this.dom.className = "cm-find";
    this.dom.setAttribute("role", "search");
    this.dom.append(...this.#rows());
    this.dom.addEventListener("keydown", (event) => this.#press(event));
    for (const input of [this.#find, this.#replace]) input.addEventListener("input", () => this.#commit());
    for (const input of [this.#caseSensitive, this.#regexp, this.#wholeWord]) input.addEventListener("change", () => this.#commit());
    this.#show(this.#query);
  }

  mount(): void {
    this.#find.select();
  }

  update(update: ViewUpdate): void {
    const asked = update.transactions.flatMap((each) => each.effects).findLast((effect) => effect.is(setSearchQuery));
    const query = asked?.value as SearchQuery | undefined;
    if (query !== undefined && !query.eq(this.#query)) this.#show(query);
    if (query !== undefined || update.docChanged) this.#count.textContent = countMatches(update.state, this.#query);
  }

  #rows(): HTMLElement[] {
    const view = this.#view;
    const act = (word: string, command: (view: EditorView) => boolean) => button(word, () => command(view));
    const close = button("×", () => closeSearchPanel(view));
    close.className = "cm-button cm-find-close";
    close.setAttribute("aria-label", t`Close`);
    const rows = [
      row(this.#find, act(t`Previous`, findPrevious), act(t`Next`, findNext), act(t`Select all`, selectMatches), close),
      row(labelled(this.#caseSensitive, t`Match case`), labelled(this.#wholeWord, t`Whole words`), labelled(this.#regexp, t`Regular expression`), this.#count),
    ];
    if (!view.state.readOnly) rows.splice(1, 0, row(this.#replace, act(t`Replace`, replaceNext), act(t`Replace all`, replaceAll)));
    return rows;
  }

  #press(event: KeyboardEvent): void {
    if (runScopeHandlers(this.#view, event, "search-panel")) {
      event.preventDefault();
      return;
    }
    if (event.key !== "Enter") return;
    const command = event.target === this.#find ? (event.shiftKey ? findPrevious : findNext) : event.target === this.#replace ? replaceNext : null;
    if (command === null) return;
    event.preventDefault();
    command(this.#view);
  }

  #commit(): void {
    const query = new SearchQuery({
      search: this.#find.value,
      replace: this.#replace.value,
      caseSensitive: this.#caseSensitive.checked,
      regexp: this.#regexp.checked,
      wholeWord: this.#wholeWord.checked,
    });
    if (query.eq(this.#query)) return;
    this.#query = query;
    this.#view.dispatch({ effects: setSearchQuery.of(query) });
  }

  #show(query: SearchQuery): void {
    this.#query = query;
    this.#find.value = query.search;
    this.#replace.value = query.replace;
    this.#caseSensitive.checked = query.caseSensitive;
    this.#regexp.checked = query.regexp;
    this.#wholeWord.checked = query.wholeWord;
    this.#count.textContent = countMatches(this.#view.state, query);
  }
}

function row(...content: HTMLElement[]): HTMLElement {
  const element = document.createElement("div");
  element.className = "cm-find-row";
  element.append(...content);
  return element;
}

function field(word: string): HTMLInputElement {
  const input = document.createElement("input");
  input.className = "cm-textfield";
  input.placeholder = word;
  input.setAttribute("aria-label", word);
  input.autocapitalize = "off";
  input.spellcheck = false;
  return input;
}

function box(): HTMLInputElement {
  const input = document.createElement("input");
  input.type = "checkbox";
  input.className = "cm-find-box";
  return input;
}

function labelled(input: HTMLInputElement, word: string): HTMLElement {
  const label = document.createElement("label");
  label.className = "cm-find-label";
  label.append(input, word);
  return label;
}

function button(word: string, press: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "cm-button";
  element.textContent = word;
  element.addEventListener("click", press);
  return element;
}
