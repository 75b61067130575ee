import { describe, expect, test } from "vitest";
import { bodyOf, deletionOf, mayDelete, needsName, turn, USUAL } from "./choices";

describe("what is deleted of a stack", () => {
  test("data stays unless it is asked for", () => {
    expect(USUAL.volumes).toBe(false);
    expect(bodyOf(USUAL)).toEqual({ containers: true, volumes: false, definition: true });
  });

  test("volumes take the containers along, because they are in use", () => {
    const forgetting = { containers: false, volumes: false, definition: true };
    expect(turn(forgetting, "volumes", true)).toEqual({ containers: true, volumes: true, definition: true });
  });

  test("containers that stay keep their volumes", () => {
    const all = { containers: true, volumes: true, definition: true };
    expect(turn(all, "containers", false)).toEqual({ containers: false, volumes: false, definition: true });
  });

  test("each combination has its own word", () => {
    expect(deletionOf(USUAL)).toBe("delete");
    expect(deletionOf({ containers: false, volumes: false, definition: true })).toBe("forget");
    expect(deletionOf({ containers: true, volumes: false, definition: false })).toBe("down");
    expect(deletionOf({ containers: false, volumes: false, definition: false })).toBeNull();
  });

  test("the name is asked for only where data goes", () => {
    const withData = { ...USUAL, volumes: true };
    expect(needsName(USUAL)).toBe(false);
    expect(mayDelete(USUAL, "shop", "")).toBe(true);
    expect(mayDelete(withData, "shop", "")).toBe(false);
    expect(mayDelete(withData, "shop", "shops")).toBe(false);
    expect(mayDelete(withData, "shop", " shop ")).toBe(true);
  });

  test("nothing chosen is nothing to do", () => {
    expect(mayDelete({ containers: false, volumes: false, definition: false }, "shop", "shop")).toBe(false);
  });

  test("the plan that was read is the one that is confirmed", () => {
    expect(bodyOf(USUAL, "p1")).toEqual({ containers: true, volumes: false, definition: true, plan_id: "p1" });
  });
});
