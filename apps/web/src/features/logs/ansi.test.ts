import { expect, test } from "vitest";
import { plain, spans } from "./ansi";

test("colours become names, and end where they are ended", () => {
  expect(spans("a \u001B[1;31merror\u001B[0m b")).toEqual([
    { text: "a ", style: [] },
    { text: "error", style: ["red", "bold"] },
    { text: " b", style: [] },
  ]);
});

test("bright colours are the same colours, and an empty sequence resets", () => {
  expect(spans("\u001B[92mok\u001B[m!")).toEqual([{ text: "ok", style: ["green"] }, { text: "!", style: [] }]);
});

test("256 and true colours are skipped with their parameters, so that those do not count as codes of their own", () => {
  expect(spans("\u001B[38;5;196mx\u001B[38;2;1;4;31my")).toEqual([{ text: "x", style: [] }, { text: "y", style: [] }]);
});

test("what could move the cursor, set a title or make a link is dropped", () => {
  expect(plain("\u001B[2J\u001B[10;5Hhi\u001B]0;title\u0007 \u001B]8;;http://evil.example\u001B\\link\u001B]8;;\u001B\\")).toBe("hi link");
  expect(plain("a\u0008\u0000b\tc")).toBe("ab\tc");
  expect(plain("user\u202Enimda\u2066!")).toBe("usernimda!");
});

test("a sequence that is never finished swallows no more than itself", () => {
  expect(plain("before \u001B]0;half")).toBe("before ");
  expect(plain("x\u001B[31")).toBe("x[31");
});
