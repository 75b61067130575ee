// Stacks of the tests, made beside the browser where a test is about something else.
import type { Command, SavedVersion } from "../../../src/api/generated/types.gen";
import type { Installation } from "./installation";

export interface Made {
  id: string;
  name: string;
}

let count = 0;

/** A name that nobody else on this engine uses. */
export function unique(prefix: string): string {
  count += 1;
  return `${prefix}-${process.pid}-${count}`;
}

/** A service of a stack of the tests: it ends at once when it is stopped. */
export const web = (text: string, more = ""): string => `services:
  web:
    image: test/busybox:1
    command: [idle]
    environment:
      TEXT: "${text}"
    stop_grace_period: 1s
${more}`;

export async function save(installation: Installation, prefix: string, compose: string): Promise<Made> {
  const name = unique(prefix);
  const { stack } = await installation.api<SavedVersion>("POST", "/stacks", { name, compose, comment: "made by a test" });
  return { id: stack.stack_id, name };
}

export async function saveVersion(installation: Installation, stack: Made, compose: string): Promise<number> {
  const { version } = await installation.api<SavedVersion>("POST", `/stacks/${stack.id}/versions`, { compose }, { "If-Match": "*" });
  return version.version;
}

/** Applies a version and waits for its end. */
export async function apply(installation: Installation, stack: Made, version: number): Promise<Command> {
  return installation.api<Command>("POST", `/stacks/${stack.id}/apply/${version}?wait=60`, undefined, { "If-Match": "*" });
}

export async function running(installation: Installation, prefix: string, compose: string): Promise<Made> {
  const stack = await save(installation, prefix, compose);
  const command = await apply(installation, stack, 1);
  if (command.status !== "DONE") throw new Error(`the stack of the test does not run: ${JSON.stringify(command.failure)}`);
  return stack;
}
