// What a new template begins with in the editor.

import type { Snapshot } from "@/features/definition/draft";

/** Under which the draft of the new template is kept. */
export const NEW_TEMPLATE = "new template";

/** Under which the draft of the next version of a template is kept. */
export const draftKey = (name: string): string => `template ${name}`;

export const EXAMPLE = `x-core-monitor:
  template:
    title: Preview
    description: The site as it is on a branch
    key: {example: feature-42}
    url: "http://localhost:{PORT}/"
    parameters:
      IMAGE_TAG: {type: string, default: "1.27.3", label: Version of nginx}
      PORT: {type: host_port, range: 8002-8201}
      PASSWORD: {type: secret, generate: 40, help: For the editors}

services:
  web:
    image: nginx:\${IMAGE_TAG}
    restart: unless-stopped
    environment:
      PASSWORD: \${PASSWORD}
    ports:
      - "127.0.0.1:\${PORT}:80"
`;

export const TEMPLATE_BEGINNING: Snapshot = {
  version: 0,
  files: { "compose.yaml": { kind: "text", text: EXAMPLE, executable: false } },
  composeFiles: ["compose.yaml"],
  variables: {},
  secrets: {},
};
