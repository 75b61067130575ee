// What a new stack begins with in the editor.

import { putFile, untouched, type Draft, type Snapshot } from "@/features/definition/draft";
import { storeDraft } from "@/features/definition/store";

/** Under which the draft of the new stack is kept. */
export const NEW = "new";

const EXAMPLE = `services:
  web:
    image: nginx:1.27.3
    restart: unless-stopped
    ports:
      - "127.0.0.1:8080:80"
`;

export const BEGINNING: Snapshot = {
  version: 0,
  files: { "compose.yaml": { kind: "text", text: EXAMPLE, executable: false } },
  composeFiles: ["compose.yaml"],
  variables: {},
  secrets: {},
};

export function draftOf(name: string, compose: string): Draft {
  return { ...putFile(BEGINNING, untouched(0), "compose.yaml", { kind: "text", text: compose, executable: false }), name };
}

/** Lets the editor begin with a compose file from elsewhere. */
export function beginWith(name: string, compose: string): void {
  storeDraft(NEW, draftOf(name, compose));
}

/** The name of a folder or project as a stack can be called: what else stands there becomes a dash. */
export function stackName(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-").replaceAll(/^[^a-z0-9]+|-+$/g, "").slice(0, 63);
}
