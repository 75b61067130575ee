import { expect, test } from "vitest";
import { keysOf } from "./key_text";

test("keys stand one on a line, or between commas", () => {
  expect(keysOf("shop\n blog\n\n")).toEqual(["shop", "blog"]);
  expect(keysOf("shop, blog,shop")).toEqual(["shop", "blog"]);
  expect(keysOf(" ")).toEqual([]);
});
