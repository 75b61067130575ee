import { expect, test } from "vitest";
import { slotsOf, takes } from "./slots";

const model = {
  name: "shop",
  services: {
    web: { image: "tomcat:10", "x-core-monitor": { deploy: { app: { target: "/webapps/", name: "*.war" }, site: { target: "/www", form: "tree" } } } },
    db: { image: "postgres:17" },
  },
};

test("every slot of every service is found, with its form and pattern", () => {
  expect(slotsOf(model)).toEqual([
    { service: "web", name: "app", target: "/webapps/", form: "file", pattern: "*.war" },
    { service: "web", name: "site", target: "/www", form: "tree", pattern: null },
  ]);
});

test("the pattern is about the whole name, and its other characters are themselves", () => {
  const [slot] = slotsOf(model);
  expect(takes(slot!, "shop.war")).toBe(true);
  expect(takes(slot!, "shop.war.bak")).toBe(false);
  expect(takes(slot!, "shopxwar")).toBe(false);
});

test("a definition that says nothing about slots has none", () => {
  expect(slotsOf({ name: "x", services: { web: { "x-core-monitor": "odd" } } })).toEqual([]);
});
