// How the panel looks that finds in an editor: as fields, buttons and boxes look on the page around it.

import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

export const findLook: Extension = EditorView.theme({
  ".cm-find": {
    display: "flex",
    flexDirection: "column",
    gap: "var(--space-2)",
    padding: "var(--space-2) var(--space-3)",
    fontFamily: "var(--font)",
    fontSize: "var(--size)",
  },
  ".cm-find-row": { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "var(--space-2)" },
  ".cm-find-row:first-child": { position: "relative", paddingInlineEnd: "2rem" },
  ".cm-find .cm-textfield": { flex: "1 1 11rem", minWidth: "0", margin: "0" },
  ".cm-find .cm-button": { margin: "0" },
  ".cm-find .cm-find-close": {
    position: "absolute",
    insetInlineEnd: "0",
    top: "0",
    width: "var(--control-small)",
    padding: "0",
    borderColor: "transparent",
    backgroundColor: "transparent",
    color: "var(--text-soft)",
    fontSize: "var(--size-large)",
  },
  ".cm-find-label": { display: "inline-flex", alignItems: "center", gap: "var(--space-1)", minHeight: "1.5rem", marginInlineEnd: "var(--space-2)", cursor: "pointer" },
  ".cm-find-box": {
    appearance: "none",
    display: "grid",
    placeContent: "center",
    width: "1.125rem",
    height: "1.125rem",
    margin: "0",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
    backgroundColor: "var(--surface)",
  },
  ".cm-find-box:checked": { borderColor: "transparent", backgroundColor: "var(--accent-strong)" },
  ".cm-find-box:checked::before": {
    content: '""',
    width: "0.625rem",
    height: "0.625rem",
    backgroundColor: "var(--text-on-accent)",
    clipPath: "polygon(14% 46%, 0 62%, 42% 100%, 100% 20%, 84% 6%, 40% 68%)",
  },
  // Without colours of its own, as a system with high contrast has it, a box shows whether it is checked as ever.
  "@media (forced-colors: active)": { ".cm-find-box": { appearance: "auto" } },
  ".cm-find-count": { marginInlineStart: "auto", color: "var(--text-soft)", fontSize: "var(--size-small)", fontVariantNumeric: "tabular-nums" },
});
