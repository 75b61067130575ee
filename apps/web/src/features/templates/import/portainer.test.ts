import type { ConvertedTemplate } from "@/api/generated";
import { expect, test } from "vitest";
import { changed, chosenOf, convert, NotJson, rowsOf, wrongName } from "./portainer";

const made = (name: string, problem = false): ConvertedTemplate => ({
  name,
  title: name,
  description: null,
  compose: problem ? null : "services: {}\n",
  notes: [],
  problem: problem ? { code: "import_no_image", messages: {}, params: {}, text: "it has no image" } : null,
});

const named = (...names: string[]) => wrongName(rowsOf(names.map((name) => made(name))).map((row) => changed(row, { chosen: true })));

test("one template is chosen by itself, and of several none is", () => {
  expect(chosenOf(rowsOf([made("blog")])).map(({ name }) => name)).toEqual(["blog"]);
  expect(chosenOf(rowsOf([made("blog", true)]))).toEqual([]);
  expect(chosenOf(rowsOf([made("blog"), made("wiki")]))).toEqual([]);
});

test("what has a problem or is saved already is not saved", () => {
  const rows = rowsOf([made("blog"), made("wiki", true), made("shop")]).map((row) => changed(row, { chosen: true, saved: row.name === "shop" }));
  expect(chosenOf(rows).map(({ name }) => name)).toEqual(["blog"]);
});

test("names of templates are checked before anything is saved", () => {
  expect(named("blog", "blog-2")).toBeNull();
  expect(named("blog", "My Blog")).toEqual({ what: "unusable", name: "My Blog" });
  expect(named("a".repeat(41))?.what).toBe("unusable");
  expect(named("blog", "wiki", "blog")).toEqual({ what: "twice", name: "blog" });
});

test("what is no JSON is not sent", async () => {
  await expect(convert("{")).rejects.toBeInstanceOf(NotJson);
});
