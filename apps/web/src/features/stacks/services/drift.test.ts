import type { DriftStep, Message } from "@/api/generated";
import { expect, test } from "vitest";
import { countPlaces, groupDrift } from "./drift";

const sentence = (text: string): Message => ({ code: "x", messages: {}, params: {}, text });
const step = (service: string | null, subject: string, action: string, cause: string): DriftStep => ({
  action: sentence(action),
  cause: sentence(cause),
  op: "remove_container",
  service,
  slot: null,
  subject,
});

test("one number is told about it: the places, however many steps would undo them", () => {
  const steps = [step("web", "shop-web-1", "stop", "image changed"), step("web", "shop-web-1", "remove", "image changed"), step(null, "shop_default", "create", "missing")];
  expect(countPlaces({ steps, files: [{ edit: "changed", path: "a" }] })).toBe(3);
});

const coded = (service: string | null, subject: string, code: string): DriftStep => ({ ...step(service, subject, code, code), cause: { ...sentence(code), code } });
const causesOf = (steps: readonly DriftStep[]) => groupDrift(steps).map((place) => place.causes.map(({ code }) => code));

test("what only follows from a replacement is no difference of its own", () => {
  const replaced = ["cause_definition_changed", "cause_missing", "cause_wrong_name"].map((code) => coded("web", "shop-web-1", code));
  expect(causesOf(replaced)).toEqual([["cause_definition_changed"]]);
  expect(groupDrift(replaced)[0]?.actions).toHaveLength(3);
  expect(causesOf([coded("web", "shop-web-1", "cause_missing"), coded("db", "shop-db-1", "cause_wrong_name")])).toEqual([["cause_missing"], ["cause_wrong_name"]]);
});

test("steps of one service are one difference, with each cause once", () => {
  const places = groupDrift([
    step("web", "shop-web-1", "stop", "image changed"),
    step(null, "shop_default", "create network", "missing"),
    step("web", "shop-web-1", "remove", "image changed"),
    step("web", "shop-web-1", "create", "missing"),
  ]);
  expect(places.map(({ name, causes, actions }) => [name, causes.map(({ text }) => text), actions.length])).toEqual([
    ["web", ["image changed", "missing"], 3],
    ["shop_default", ["missing"], 1],
  ]);
});
