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
