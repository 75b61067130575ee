// @vitest-environment node
import { expect, test } from "vitest";
import { commandLook } from "./states";

const word = (command: Parameters<typeof commandLook>[0]) => commandLook(command).word.message;

test("a command that failed and is over is no command that somebody cancelled", () => {
  const failure = { code: "IMAGE_NOT_FOUND" };
  expect(word({ status: "CANCELLED", failure: null, result: null })).toBe("cancelled");
  expect(word({ status: "CANCELLED", failure_code: null })).toBe("cancelled");
  expect(word({ status: "CANCELLED", failure, result: { rolled_back_to: 3 } })).toBe("failed, rolled back");
  expect(word({ status: "CANCELLED", failure, result: null })).toBe("failed, not retried");
  expect(word({ status: "CANCELLED", failure_code: "IMAGE_NOT_FOUND" })).toBe("failed, not retried");
  expect(word({ status: "FAILED", failure })).toBe("failed");
  expect(word({ status: "DONE", failure: null, result: { rolled_back_to: null } })).toBe("done");
});
