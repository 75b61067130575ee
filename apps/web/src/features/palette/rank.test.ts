import { expect, test } from "vitest";
import { rank } from "./rank";

const entries = ["Stacks", "shop", "Restart shop", "Workshop tools", "Open the logs of shop"].map((words) => ({ words }));
const found = (text: string) => rank(entries, text, 10).map((entry) => entry.words);

test("the beginning counts more than the middle, and the middle more than scattered letters", () => {
  expect(found("shop")).toEqual(["shop", "Restart shop", "Open the logs of shop", "Workshop tools"]);
  expect(found("sho t")).toEqual(["Restart shop", "Workshop tools", "Open the logs of shop"]);
});

test("what lacks a letter is not found", () => {
  expect(found("xyz")).toEqual([]);
});

test("without a text everything is there, up to the limit", () => {
  expect(rank(entries, "  ", 2)).toHaveLength(2);
});
