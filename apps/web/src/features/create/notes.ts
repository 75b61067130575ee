// What the server notes about a docker run line: which of it somebody has to look at.

import type { Message } from "@/api/generated";

/** Why a flag is left out that nobody misses: a stack does by itself what it asks for, or there is nothing to do. */
const HARMLESS: ReadonlySet<string | undefined> = new Set(["run_why_background", "run_why_tracked", "run_why_removed", "run_why_progress", "run_why_no_terminal"]);

/** A flag that nearly every line has, such as `-d`, needs nobody's attention; one that changes what runs does. */
export function sortedNotes(notes: readonly Message[]): { look: Message[]; known: Message[] } {
  const known = notes.filter(({ code, messages }) => code === "run_flag_left_out" && HARMLESS.has(messages["why"]?.code));
  return { look: notes.filter((note) => !known.includes(note)), known };
}
