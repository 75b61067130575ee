import { yaml } from "@codemirror/lang-yaml";
import type { Extension } from "@codemirror/state";

/** The highlighting of a file, by the end of its name; none for what has no grammar here. */
export function languageOf(path: string): Extension {
  return isYaml(path) ? yaml() : [];
}

export function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}
