// @vitest-environment jsdom
import { afterEach, expect, test } from "vitest";
import { adoptStyles } from "./adopted_styles";
import { lastWord } from "./session";
import { words } from "./TerminalPanel";

const create = document.createElement;

afterEach(() => {
  expect(document.createElement).toBe(create);
});

test("quotes keep words together", () => {
  expect(words(`psql -c "select 1" -d 'my db'`)).toEqual(["psql", "-c", "select 1", "-d", "my db"]);
});

test("the last message says how it ended", () => {
  expect(lastWord(`{"exit":{"code":3}}`)).toEqual({ kind: "exit", code: 3 });
  expect(lastWord(`{"later":{}}`)).toBeNull();
});

test("style elements are stand-ins until the last terminal is closed", () => {
  document.createElement = create;
  const first = adoptStyles();
  const second = adoptStyles();
  expect(document.createElement("STYLE").tagName).toBe("SPAN");
  expect(document.createElement("div").tagName).toBe("DIV");
  first();
  first();
  expect(document.createElement("style").tagName).toBe("SPAN");
  second();
  expect(document.createElement("style").tagName).toBe("STYLE");
  document.createElement = create;
});
