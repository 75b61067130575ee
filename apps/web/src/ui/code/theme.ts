// How code looks: our own colours, so that it follows the theme of the page. Custom properties reach into the shadow root.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const highlighting = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--accent-text)" },
  { tag: [tags.string, tags.special(tags.string), tags.content, tags.attributeValue], color: "var(--text)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--text-faint)", fontStyle: "italic" },
  { tag: [tags.labelName, tags.typeName, tags.keyword, tags.meta], color: "var(--warn)" },
  { tag: [tags.punctuation, tags.separator, tags.bracket, tags.squareBracket, tags.brace], color: "var(--text-soft)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const surface = EditorView.theme({
  "&": {
    height: "var(--code-height, auto)",
    maxHeight: "var(--code-max-height, none)",
    backgroundColor: "var(--surface)",
    color: "var(--text)",
    fontSize: "var(--size)",
  },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { caretColor: "var(--text)", paddingBlock: "var(--space-2)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "light-dark(#bcdcf5, #24547f)",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--surface-hover) 60%, transparent)" },
  ".cm-gutters": { backgroundColor: "var(--surface-sunken)", color: "var(--text-faint)", borderRight: "1px solid var(--line)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--surface-hover)", color: "var(--text)" },
  ".cm-matchingBracket": { backgroundColor: "var(--surface-selected)", outline: "none" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn-mark)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--surface-selected)" },
  ".cm-selectionMatch": { backgroundColor: "var(--busy-soft)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--calm-soft)", border: "0", color: "var(--text-soft)" },
  ".cm-flash": { backgroundColor: "var(--surface-selected)" },
});

const popups = EditorView.theme({
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: "var(--radius)",
    backgroundColor: "var(--surface-raised)",
    color: "var(--text)",
    boxShadow: "var(--shadow-raised)",
    fontFamily: "var(--font)",
    fontSize: "var(--size)",
    maxWidth: "min(28rem, 90vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.125rem var(--space-2)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent-strong)", color: "var(--text-on-accent)" },
  ".cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail": { color: "var(--text-on-accent)" },
  ".cm-completionDetail": { color: "var(--text-soft)", fontStyle: "normal", marginLeft: "var(--space-3)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-completionInfo": { padding: "var(--space-2) var(--space-3)", maxWidth: "20rem" },
  ".cm-panels": { backgroundColor: "var(--surface-sunken)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-dialog": { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "var(--space-2)", padding: "var(--space-2) var(--space-3)", fontFamily: "var(--font)", fontSize: "var(--size)" },
  ".cm-textfield": {
    minHeight: "var(--control-small)",
    padding: "0 var(--space-2)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius)",
    backgroundColor: "var(--surface)",
    color: "var(--text)",
    fontFamily: "var(--font)",
    fontSize: "var(--size)",
  },
  ".cm-textfield::placeholder": { color: "var(--text-faint)", opacity: "1" },
  ".cm-button": {
    minHeight: "var(--control-small)",
    padding: "0 var(--space-2)",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius-small)",
    backgroundImage: "none",
    backgroundColor: "var(--surface-raised)",
    color: "var(--text)",
    fontFamily: "var(--font)",
    fontSize: "var(--size-small)",
    fontWeight: "500",
    cursor: "pointer",
  },
  ".cm-button:hover": { backgroundColor: "var(--surface-hover)" },
  ".cm-button:active": { backgroundImage: "none" },
  ".cm-panel :is(input, button):focus-visible": { outline: "2px solid var(--focus)", outlineOffset: "1px" },
  ".cm-diagnostic": { padding: "var(--space-2) var(--space-3)", borderLeftWidth: "3px", whiteSpace: "normal" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad-mark)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn-mark)" },
  ".cm-diagnostic-info": { borderLeftColor: "var(--calm-mark)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad-mark)", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warn-mark)", textUnderlineOffset: "3px" },
  ".cm-lintRange-info": { backgroundImage: "none", textDecoration: "underline dotted var(--calm-mark)", textUnderlineOffset: "3px" },
});

const comparing = EditorView.theme({
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--bad-soft)" },
  "&.cm-merge-b .cm-changedLine, .cm-insertedLine": { backgroundColor: "var(--good-soft)" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": { background: "none", backgroundColor: "light-dark(#f7c3c7, #70282f)" },
  "&.cm-merge-b .cm-changedText": { background: "none", backgroundColor: "light-dark(#b9e6c9, #1f5a38)" },
  // Colours of the syntax are made for the background of the editor.
  ".cm-changedText, .cm-changedText *, .cm-deletedText, .cm-deletedText *": { color: "var(--text)" },
  "&.cm-merge-a .cm-changedLineGutter": { backgroundColor: "var(--bad-mark)" },
  "&.cm-merge-b .cm-changedLineGutter": { backgroundColor: "var(--good-mark)" },
  // Its own sign is in few fonts.
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: '"⋯"', marginInline: "var(--space-2)" },
  ".cm-collapsedLines": { background: "var(--calm-soft)", color: "var(--text-soft)", padding: "0.125rem var(--space-3)" },
});

/** Colours of everything that an editor shows. */
export const look: Extension = [surface, popups, comparing, syntaxHighlighting(highlighting)];
