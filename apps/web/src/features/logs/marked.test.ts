import { expect, test } from "vitest";
import { marked } from "./marked";

test("a hit may begin in one colour and end in the next", () => {
  const spans = [{ text: "con", style: ["red"] }, { text: "nection", style: [] }];
  expect(marked(spans, "NNE")).toEqual([
    { text: "co", style: ["red"], hit: false },
    { text: "n", style: ["red"], hit: true },
    { text: "ne", style: [], hit: true },
    { text: "ction", style: [], hit: false },
  ]);
});

test("every hit of a line is marked, and nothing is lost", () => {
  const parts = marked([{ text: "aXbXc", style: [] }], "x");
  expect(parts.filter((part) => part.hit)).toHaveLength(2);
  expect(parts.map((part) => part.text).join("")).toBe("aXbXc");
});
