// @vitest-environment node
// Every sentence of the API has its French text, which says the same with the same parameters.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

const english = JSON.parse(read("../../../../openapi/messages.json")) as Record<string, { text: string }>;
const written = read("../../src/locales/api/fr.json");
const french = JSON.parse(written) as Record<string, string>;

/** Texts that are the same in both languages: parameters, code and words that French shares with English. */
const SAME_IN_BOTH = new Set([
  "alternatives_more",
  "alternatives_of",
  "archive_member",
  "close_folder",
  "drifted_step",
  "engine_address",
  "key_unusable",
  "noun_instance",
  "noun_service",
  "noun_stack",
  "place_at",
  "records_broken",
  "value_null",
  "value_shown",
  "word_null",
  "written_as",
]);

/** The parameters of a template in alphabetical order; `{{` and `}}` stand for braces. */
function parameters(template: string): string[] {
  const found = template.matchAll(/\{\{|\}\}|\{(\w+)\}/g);
  return [...found].flatMap((match) => match[1] ?? []).toSorted();
}

/** Texts that quote a step as French prose is quoted, where English has it in backticks. */
const QUOTES_A_STEP = new Set(["no_longer", "now_also", "same_plan_again", "step_not_in_confirmed_plan", "step_of_confirmed_plan_undone"]);

/** What is in backticks: parameters, keys, paths and commands. */
function code(template: string): string[] {
  const found = template.matchAll(/`([^`]*)`/g);
  return [...found].flatMap((match) => match[1] ?? []).toSorted();
}

const prose = (template: string): string => template.replaceAll(/`[^`]*`/g, "`");

/** The codes of the sentences whose English and French texts do not fit together. */
function misfits(fits: (english: string, french: string, code: string) => boolean): string[] {
  return Object.entries(english).flatMap(([name, { text }]) => {
    const translated = french[name];
    return translated === undefined || fits(text, translated, name) ? [] : [name];
  });
}

describe("the French sentences of the API", () => {
  it("are there for every code, and for no other", () => {
    expect(Object.keys(english).filter((name) => !french[name])).toEqual([]);
    expect(Object.keys(french).filter((name) => !(name in english))).toEqual([]);
  });

  it("have the parameters of the English ones", () => {
    expect(parameters("${{{name}:-{{x}}}} and {reason}")).toEqual(["name", "reason"]);
    expect(misfits((from, to) => parameters(from).join() === parameters(to).join())).toEqual([]);
  });

  it("leave keys, paths and commands in backticks as they are", () => {
    const changed = misfits((from, to, name) => (code(from).join("\n") === code(to).join("\n")) !== QUOTES_A_STEP.has(name));
    expect(changed).toEqual([]);
    expect(Object.keys(french).filter((name) => (french[name] ?? "").split("`").length % 2 === 0)).toEqual([]);
  });

  it("are translated", () => {
    expect(misfits((from, to, name) => (from === to) === SAME_IN_BOTH.has(name))).toEqual([]);
    expect([...SAME_IN_BOTH].filter((name) => !(name in english))).toEqual([]);
  });

  it("begin and end as the English ones", () => {
    expect(misfits((from, to) => !/^\p{Ll}/u.test(from) || !/^\p{Lu}\p{Ll}/u.test(to))).toEqual([]);
    expect(misfits((from, to) => from.endsWith(".") === to.endsWith("."))).toEqual([]);
    expect(misfits((_, to) => to === to.trim())).toEqual([]);
  });

  it("are set as French is", () => {
    // The apostrophe is ’, and no line begins with a sign that belongs to the word before it.
    expect(misfits((_, to) => !prose(to).includes("'"))).toEqual([]);
    expect(misfits((_, to) => !/ [:;?!»]|« /.test(prose(to)))).toEqual([]);
  });

  it("stand in the order of their codes, one on a line", () => {
    const sorted = Object.fromEntries(Object.entries(french).toSorted(([one], [other]) => (one < other ? -1 : 1)));
    expect(written).toBe(`${JSON.stringify(sorted, undefined, 2)}\n`);
  });
});
