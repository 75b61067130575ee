// @vitest-environment node
// No English word stands in a French sentence of the API: every value of a closed set has its French word.

import { readFileSync } from "node:fs";
import { i18n } from "@lingui/core";
import { beforeEach, describe, expect, it } from "vitest";
import { messages } from "../../src/locales/fr.po";
import { VALUES, valueWord } from "../../src/text/values";

const json = <T>(name: string): T => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8")) as T;

const english = json<Record<string, { params: string[]; text: string }>>("../../openapi/messages.json");
const french = json<Record<string, string>>("src/locales/api/fr.json");
const document = json<{ components: { schemas: Record<string, { enum?: string[] }> } }>("../../openapi/core-monitor.json");

/** The values that the document lists for what such a parameter has. */
const ENUMS: Readonly<Record<string, string>> = {
  "artifact_of_other_form given": "ArtifactForm",
  "artifact_of_other_form wanted": "ArtifactForm",
  "command_failed kind": "CommandKind",
  "command_has_ended status": "CommandStatus",
  "command_has_not_failed status": "CommandStatus",
  "event_container_health health": "Health",
  "event_other kind": "ObjectKind",
  "prune_stays kind": "ObjectKind",
};

/** Parameters that are called like values of a set and are none: sentences themselves, names and numbers. */
const NO_SETS = new Set([
  "continued_although action",
  "engine_log_says_more status",
  "key_source_redirected status",
  "key_source_refused status",
  "name_character kind",
  "name_empty kind",
  "name_too_long kind",
  "other_status status",
  "send_redirected status",
  "step_done action",
  "step_failed action",
  "step_not_done action",
  "with_the_new_container action",
]);

const CALLED_LIKE_SETS = /^(action|health|kind|state|status)$/;

/** The parameters that stand in a sentence as words: outside backticks, and no sentences themselves. */
function bare(code: string): string[] {
  const text = (english[code]?.text ?? "").replaceAll(/`[^`]*`/g, "");
  return [...text.matchAll(/\{\{|\}\}|\{(\w+)\}/g)].flatMap((match) => match[1] ?? []);
}

beforeEach(() => i18n.loadAndActivate({ locale: "fr", messages }));

describe("the values in the sentences of the API", () => {
  it("belong to parameters that there are", () => {
    const missing = Object.entries(VALUES).flatMap(([code, params]) => Object.keys(params).filter((param) => !bare(code).includes(param)).map((param) => `${code} ${param}`));
    expect(missing).toEqual([]);
  });

  it("have a word for every value of the document", () => {
    for (const [place, name] of Object.entries(ENUMS)) {
      const [code = "", param = ""] = place.split(" ");
      const values = document.components.schemas[name]?.enum ?? [];
      expect(values.length, name).toBeGreaterThan(0);
      expect(values.filter((value) => VALUES[code]?.[param]?.[value] === undefined), place).toEqual([]);
    }
  });

  it("have a French word", () => {
    const sets = new Set(Object.values(VALUES).flatMap((params) => Object.values(params)));
    // These are the same in both languages.
    const same = new Set(["image", "plugin", "secret", "service", "volume", "builder"]);
    const untranslated = [...sets].flatMap((words) => Object.entries(words)).filter(([, word]) => i18n._(word) === word.message && !same.has(word.message ?? ""));
    expect(untranslated.map(([value]) => value)).toEqual([]);
  });

  it("are known or decided about, for every parameter that is called like one", () => {
    const open = Object.keys(english).flatMap((code) => bare(code).filter((param) => CALLED_LIKE_SETS.test(param)).map((param) => `${code} ${param}`));
    const decided = (place: string) => {
      const [code = "", param = ""] = place.split(" ");
      return VALUES[code]?.[param] !== undefined || NO_SETS.has(place);
    };
    expect(open.filter((place) => !decided(place))).toEqual([]);
    expect([...NO_SETS].filter((place) => !open.includes(place))).toEqual([]);
  });

  it("stand in French where there is a word, and as they are where there is none", () => {
    expect(valueWord("command_has_ended", "status", "FAILED")).toBe("en échec");
    expect(valueWord("service_failed", "status", "Exited (137)")).toBe("terminé avec le code 137");
    expect(valueWord("event_other", "action", "a newer one")).toBe("a newer one");
    expect(valueWord("disk_low", "free", "3.2 GiB")).toBe("3,2\u00A0Gio");
    expect(french["command_failed"]).toContain("{kind}");
  });
});
