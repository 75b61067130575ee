import { look } from "@/ui/code/theme";
import { languageOf } from "@/ui/code/languages";
import { mount } from "@/ui/code/mount";
import { phrases } from "@/ui/code/phrases";
import { finding } from "@/ui/code/search_panel";
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, Prec, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useRef, type ReactElement } from "react";
import { completeCompose, type CompletionNames, type CompletionWords } from "./complete";
import { positionOf } from "./cursor";
import { diagnosticsOf, rangeOf, type Remark } from "./diagnostics";
import { explain } from "./hover";
import type { SchemaIndex } from "./schema";
import css from "./FileEditor.module.css";

/** Where to go: a place that the server named, or the key at the end of a path. */
export type Target = { line: number | null; column: number | null; length: number | null } | { keys: readonly string[] };

export interface FileEditorProps {
  /** Of the file in its folder. Another one begins anew. */
  path: string;
  text: string;
  /** Its accessible name. */
  label: string;
  onChange: (text: string) => void;
  onSave: () => void;
  remarks: readonly Remark[];
  /** What completion and hover know; null until it is loaded, and for files that are no compose files. */
  help: { schema: SchemaIndex; words: CompletionWords; variables: readonly string[]; secrets: readonly string[] } | null;
  /** Where the cursor goes, with the focus, whenever this is another one. */
  target: Target | null;
}

/** Completion and hover, which come and go while the editor stays. */
const assisted = new Compartment();

/** Edits a file. The text belongs to the page; the editor follows where it is changed elsewhere. */
export function FileEditor({ path, text, label, onChange, onSave, remarks, help, target }: FileEditorProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  // What was typed comes back as `text` a moment later, when more may have been typed: that is no change from elsewhere.
  const echoes = useRef(new Set<string>());
  const [schema, words] = [help?.schema ?? null, help?.words ?? null];
  const latest = useRef({ text, onChange, onSave, help, remarks });
  useEffect(() => { latest.current = { text, onChange, onSave, help, remarks }; });
  useEffect(() => {
    if (host.current === null) return undefined;
    const extensions = [
      ...basics(label, path),
      Prec.high(keymap.of([{ key: "Mod-s", preventDefault: true, run: () => { latest.current.onSave(); return true; } }])),
      EditorView.updateListener.of((update) => {
        const written = update.docChanged && !update.transactions.some((each) => each.isUserEvent("outside"));
        if (!written) return;
        const now = update.state.doc.toString();
        echoes.current.add(now);
        latest.current.onChange(now);
      }),
      assisted.of([]),
    ];
    const { view, remove } = mount(host.current, (root) => new EditorView({ doc: latest.current.text, extensions, parent: root, root }));
    editor.current = view;
    mark(view, latest.current.remarks);
    return () => {
      editor.current = null;
      remove();
    };
  }, [path, label]);
  useEffect(() => {
    // The schema arrives after the first text: the cursor and what can be undone stay.
    const known = schema === null || words === null ? null : { schema, words };
    editor.current?.dispatch({ effects: assisted.reconfigure(assistance(known, { variables: () => latest.current.help?.variables ?? [], secrets: () => latest.current.help?.secrets ?? [] })) });
  }, [schema, words]);
  useEffect(() => {
    const view = editor.current;
    const now = view?.state.doc.toString();
    if (now === text) echoes.current.clear();
    if (view === null || now === text || echoes.current.has(text)) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: "outside" });
  }, [text]);
  useEffect(() => {
    if (editor.current !== null) mark(editor.current, remarks);
  }, [remarks]);
  useEffect(() => {
    if (editor.current !== null && target !== null) show(editor.current, target);
  }, [target]);
  return <div ref={host} className={css.editor} />;
}

function mark(view: EditorView, remarks: readonly Remark[]): void {
  view.dispatch(setDiagnostics(view.state, diagnosticsOf(view.state.doc, remarks)));
}

function show(view: EditorView, target: Target): void {
  const { doc } = view.state;
  const range = "keys" in target ? positionOf(view.state, target.keys) : rangeOf(doc, target.line, target.column, target.length);
  if (range === null) return;
  view.dispatch({ selection: { anchor: range.from, head: range.to }, effects: EditorView.scrollIntoView(range.from, { y: "center" }) });
  view.focus();
}

function basics(label: string, path: string): Extension[] {
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    foldGutter(),
    lintGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("  "),
    EditorState.tabSize.of(2),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    finding(),
    look,
    phrases(),
    languageOf(path),
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", autocapitalize: "off", autocorrect: "off", spellcheck: "false" }),
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
  ];
}

/** Completion and hover. The names are read when they are asked, so that one that was just added is offered. */
function assistance(known: { schema: SchemaIndex; words: CompletionWords } | null, names: CompletionNames): Extension {
  // Without what the format knows, words of the text itself would be offered: nothing is better.
  if (known === null) return autocompletion({ override: [] });
  return [autocompletion({ override: [completeCompose(known.schema, known.words, names)], icons: false }), explain(known.schema, known.words)];
}
