// The words that CodeMirror itself shows, in the language of the page.

import { EditorState, type Extension } from "@codemirror/state";
import { t } from "@lingui/core/macro";

/** Read when an editor is made: an editor keeps the language that it was opened in. */
export function phrases(): Extension {
  return EditorState.phrases.of({
    close: t`Close`,
    "current match": t`current match`,
    "on line": t`on line`,
    "replaced match on line $": t`replaced the match on line $`,
    "replaced $ matches": t`replaced $ matches`,
    "Go to line": t`Go to line`,
    go: t`Go`,
    Completions: t`Suggestions`,
    Diagnostics: t`Findings`,
    "No diagnostics": t`No findings`,
    "Fold line": t`Fold`,
    "Unfold line": t`Unfold`,
    "folded code": t`folded lines`,
    unfold: t`unfold`,
    "$ unchanged lines": t`$ unchanged lines`,
  });
}
