import { foldGutter } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef, type ReactElement } from "react";
import css from "./Code.module.css";
import { languageOf } from "./languages";
import { mount } from "./mount";
import { phrases } from "./phrases";
import { look } from "./theme";

export interface CodeViewProps {
  text: string;
  /** What it is; read out by screen readers. */
  label: string;
  /** Decides the highlighting by its end. */
  path?: string;
  /** As long as its text, instead of at most some 30 lines. */
  tall?: boolean;
}

/** A text to read: numbered, highlighted, can be selected and scrolled with the keyboard. */
export function CodeView({ text, label, path = "compose.yaml", tall }: CodeViewProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return undefined;
    const extensions = [
      lineNumbers(),
      foldGutter(),
      look,
      phrases(),
      languageOf(path),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    ];
    return mount(host.current, (root) => new EditorView({ doc: text, extensions, parent: root, root })).remove;
  }, [text, label, path]);
  return <div ref={host} className={tall === true ? css.tall : css.view} />;
}
