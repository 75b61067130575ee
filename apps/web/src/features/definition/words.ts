// Words of the editor for what the server names by codes.

import type { ComposeAttribute } from "@/api/generated";
import { t } from "@lingui/core/macro";

/** The kinds of values that an attribute takes, such as "text or list". */
export function kindsText({ kinds }: Pick<ComposeAttribute, "kinds">): string {
  return [...new Set(kinds.map(kindText))].join(t` or `);
}

function kindText(kind: string): string {
  switch (kind) {
    case "string": return t`text`;
    case "integer": return t`whole number`;
    case "number": return t`number`;
    case "boolean": return t`true or false`;
    case "list": return t`list`;
    case "map": return t`keys and values`;
    case "duration": return t`duration`;
    case "size": return t`size`;
    case "null": return t`nothing`;
    default: return kind;
  }
}

export function pathProblemText(problem: "empty" | "outside" | "taken" | "folder"): string {
  switch (problem) {
    case "empty": return t`Give the file a name.`;
    case "outside": return t`A path inside the project folder, with / between its parts and without . or ..`;
    case "taken": return t`There is a file with this name.`;
    case "folder": return t`A folder and a file cannot have the same name.`;
  }
}

export function variableProblemText(problem: "empty" | "invalid" | "twice" | "secret"): string {
  switch (problem) {
    case "empty": return t`A variable needs a name.`;
    case "invalid": return t`Letters, digits and _, not beginning with a digit.`;
    case "twice": return t`This name is there twice.`;
    case "secret": return t`There is a secret variable with this name.`;
  }
}
