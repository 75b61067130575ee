// A secret as it is being described in a form, and what is asked for.

import type { NamedSecret } from "@/api/generated";

export interface Draft {
  description: string;
  scope: "all" | "some";
  /** One per line, or with commas between them. */
  patterns: string;
}

const ALL = "*";

export const FIRST: Draft = { description: "", scope: "all", patterns: "" };

export function draftOf({ description, stacks }: Pick<NamedSecret, "description" | "stacks">): Draft {
  const all = stacks.includes(ALL);
  return { description, scope: all ? "all" : "some", patterns: all ? "" : stacks.join("\n") };
}

export function changeOf({ description, scope, patterns }: Draft): { description: string; stacks: string[] } {
  const named = [...new Set(patterns.split(/[\s,]+/).filter((pattern) => pattern !== ""))];
  return { description: description.trim(), stacks: scope === "all" ? [ALL] : named };
}

/** What a name may be. The server says it too; here it is said while one types. */
export const NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9_.\\-]{0,63}";

/** Letters and digits only, so that it fits into any file, address and command line: 192 bits and more. */
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
const LENGTH = 36;

/** A random value. Letters that are easily taken for another one are not in it. */
export function generated(): string {
  let value = "";
  while (value.length < LENGTH) {
    // Without the last bytes, which would make the first letters more likely.
    for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH))) {
      if (byte < 256 - (256 % LETTERS.length) && value.length < LENGTH) value += LETTERS[byte % LETTERS.length];
    }
  }
  return value;
}
