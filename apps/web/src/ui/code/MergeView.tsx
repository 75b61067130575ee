import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { MergeView as TwoSides, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { t } from "@lingui/core/macro";
import { useEffect, useRef, useState, type ReactElement, type ReactNode } from "react";
import css from "./Code.module.css";
import { languageOf } from "./languages";
import { mount } from "./mount";
import { phrases } from "./phrases";
import { look } from "./theme";

export interface MergeViewProps {
  before: string;
  /** Where it can be edited, only the text to begin with. */
  after: string;
  /** What is compared; read out by screen readers. */
  label: string;
  /** What stands on either side. */
  heads?: readonly [ReactNode, ReactNode];
  path?: string;
  /** Makes the right side editable, with a button per change that takes the left side over. */
  onChange?: (text: string) => void;
}

/** Below this width two sides are too narrow to read: the changes stand below each other. */
const NARROW = 720;

/** Two texts side by side with their differences; equal parts are folded. */
export function MergeView({ before, after, label, heads, path = "compose.yaml", onChange }: MergeViewProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const changed = useRef(onChange);
  useEffect(() => { changed.current = onChange; });
  const editable = onChange !== undefined;
  // An editable side owns its text: only what it began with would make it begin anew.
  const [begin] = useState(after);
  const shown = editable ? begin : after;
  useEffect(() => {
    if (host.current === null) return undefined;
    const narrow = host.current.clientWidth < NARROW;
    const sides = { before, after: shown, common: common(label, path), right: editable ? editing((text) => changed.current?.(text)) : READING };
    return mount(host.current, (root) => (narrow ? unified(root, sides) : sideBySide(root, sides, editable))).remove;
  }, [before, shown, label, path, editable]);
  return (
    <div className={css.merge}>
      {heads !== undefined && <div className={css.heads}><span>{heads[0]}</span><span>{heads[1]}</span></div>}
      <div ref={host} className={css.view} />
    </div>
  );
}

interface Sides {
  before: string;
  after: string;
  common: Extension[];
  right: Extension;
}

const READING: Extension = [EditorState.readOnly.of(true), EditorView.editable.of(false)];
const FOLDED = { margin: 3, minSize: 6 } as const;

/** Lines are wrapped: what differs at the end of a long one would be out of sight on both sides. */
function common(label: string, path: string): Extension[] {
  return [lineNumbers(), EditorView.lineWrapping, look, phrases(), languageOf(path), EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" })];
}

function editing(onChange: (text: string) => void): Extension {
  return [
    history(),
    keymap.of([...defaultKeymap, ...historyKeymap]),
    EditorView.updateListener.of((update) => { if (update.docChanged) onChange(update.state.doc.toString()); }),
  ];
}

function sideBySide(root: ShadowRoot, { before, after, common: shared, right }: Sides, editable: boolean): TwoSides {
  return new TwoSides({
    a: { doc: before, extensions: [...shared, READING] },
    b: { doc: after, extensions: [...shared, right] },
    parent: root,
    root,
    collapseUnchanged: FOLDED,
    gutter: true,
    ...(editable ? { revertControls: "a-to-b" as const, renderRevertControl: takeOver } : {}),
  });
}

/** CodeMirror's own is smaller than a finger, and only the mouse works it. */
function takeOver(): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "⇝";
  button.title = t`Take over this change`;
  button.setAttribute("aria-label", button.title);
  button.style.minInlineSize = "24px";
  button.style.minBlockSize = "24px";
  // A click that no mouse made: by the keyboard.
  button.addEventListener("click", ({ detail }) => {
    if (detail === 0) button.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
  });
  return button;
}

function unified(root: ShadowRoot, { before, after, common: shared, right }: Sides): EditorView {
  const differences = unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: FOLDED, gutter: true });
  return new EditorView({ doc: after, extensions: [...shared, right, differences], parent: root, root });
}
