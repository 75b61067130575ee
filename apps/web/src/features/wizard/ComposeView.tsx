import { languageOf } from "@/ui/code/languages";
import { mount } from "@/ui/code/mount";
import { phrases } from "@/ui/code/phrases";
import { look } from "@/ui/code/theme";
import { foldGutter } from "@codemirror/language";
import { EditorState, StateEffect, StateField, type Range, type Text } from "@codemirror/state";
import { Decoration, EditorView, lineNumbers, type DecorationSet } from "@codemirror/view";
import { useEffect, useRef, type ReactElement } from "react";
import { writtenLines, type Lines } from "./written";

export interface ComposeViewProps {
  text: string;
  /** Read out by screen readers. */
  label: string;
  /** Lines of the component that is open. */
  lit: readonly Lines[];
}

interface Marks {
  lit: readonly Lines[];
  /** Lines that the last choice has written. */
  written: readonly Lines[];
}

const mark = StateEffect.define<Marks>();

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (set, transaction) => {
    const last = transaction.effects.findLast((effect) => effect.is(mark));
    return last === undefined ? set.map(transaction.changes) : decorations(transaction.newDoc, last.value as Marks);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const LIT = Decoration.line({ class: "cm-lit" });
const WRITTEN = Decoration.line({ class: "cm-written" });

function decorations(doc: Text, { lit, written }: Marks): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  const each = ({ since, until }: Lines, decoration: Decoration) => {
    for (let line = Math.max(1, since); line <= Math.min(until, doc.lines); line += 1) ranges.push(decoration.range(doc.line(line).from));
  };
  for (const lines of lit) each(lines, LIT);
  for (const lines of written) each(lines, WRITTEN);
  return Decoration.set(ranges, true);
}

const colours = EditorView.theme({
  ".cm-lit": { boxShadow: "inset 3px 0 var(--accent)" },
  ".cm-written": { backgroundColor: "var(--good-soft)" },
});

/** Lines above what is scrolled to, so that it is seen where it stands. */
const ABOVE = 3;

/** Scrolls inside the editor only: the page stays where somebody is typing. */
function reveal(view: EditorView, line: number): void {
  const first = Math.min(Math.max(1, line - ABOVE), view.state.doc.lines);
  const at = view.state.doc.line(first).from;
  view.requestMeasure({ read: () => (first === 1 ? 0 : view.documentPadding.top + view.lineBlockAt(at).top), write: (top) => { view.scrollDOM.scrollTop = top; } });
}

/** The compose file as it grows: it shows and lights up what the last choice wrote, and what the open component has written. */
export function ComposeView({ text, label, lit }: ComposeViewProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const begin = useRef(text);
  const written = useRef<readonly Lines[]>([]);
  useEffect(() => {
    if (host.current === null) return undefined;
    const extensions = [
      lineNumbers(),
      foldGutter(),
      look,
      colours,
      marks,
      phrases(),
      languageOf("compose.yaml"),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    ];
    const { view, remove } = mount(host.current, (root) => new EditorView({ doc: begin.current, extensions, parent: root, root }));
    editor.current = view;
    return () => {
      begin.current = view.state.doc.toString();
      editor.current = null;
      remove();
    };
  }, [label]);
  const places = JSON.stringify(lit);
  useEffect(() => {
    const view = editor.current;
    if (view === null) return;
    const before = view.state.doc.toString();
    const changed = before !== text;
    if (changed) written.current = writtenLines(before, text);
    const shown = JSON.parse(places) as Lines[];
    view.dispatch({
      ...(changed && { changes: { from: 0, to: view.state.doc.length, insert: text } }),
      effects: mark.of({ lit: shown, written: written.current }),
    });
    const target = changed ? written.current[0] : shown[0];
    if (target !== undefined) reveal(view, target.since);
  }, [text, places]);
  return <div ref={host} />;
}
