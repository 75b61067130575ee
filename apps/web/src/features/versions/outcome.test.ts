import type { Command, Failure } from "@/api/generated";
import { describe, expect, test } from "vitest";
import { isBack, outcomeOf } from "./outcome";

const failure = { code: "SERVICE_UNHEALTHY" } as Failure;
const tried = (version: number, status: Command["status"], why: Failure | null = status === "FAILED" ? failure : null) => ({ version, status, failure: why });
const of = (version: number, images = 0) => ({ version, images: Array.from({ length: images }) });

describe("a version", () => {
  test("that was never tried never ran and has not failed", () => {
    expect(outcomeOf(of(2), 1, [tried(1, "DONE")])).toEqual({ ran: false, failed: false, open: undefined });
  });

  test("has failed when its last try has, given up or not", () => {
    expect(outcomeOf(of(4), 3, [tried(4, "FAILED")])).toMatchObject({ ran: false, failed: true });
    expect(outcomeOf(of(4), 3, [tried(3, "DONE"), tried(4, "CANCELLED", failure)])).toMatchObject({ ran: false, failed: true });
    expect(outcomeOf(of(4, 2), 3, [tried(4, "FAILED"), tried(4, "DONE")])).toMatchObject({ ran: true, failed: true });
    expect(outcomeOf(of(4), 4, [tried(4, "DONE"), tried(4, "FAILED")])).toMatchObject({ ran: true, failed: false });
  });

  test("has not failed when somebody has cancelled it before", () => {
    expect(outcomeOf(of(2), 1, [tried(2, "CANCELLED")])).toMatchObject({ ran: false, failed: false });
  });

  test("ran if it was applied before what is remembered of the commands", () => {
    expect(outcomeOf(of(2, 3), 7, [])).toMatchObject({ ran: true, failed: false });
    expect(outcomeOf(of(7), 7, [])).toMatchObject({ ran: true });
  });

  test("is under way while it waits or runs", () => {
    expect(outcomeOf(of(2), 1, [tried(2, "PENDING")]).open?.status).toBe("PENDING");
  });
});

test("going back is going to one that ran", () => {
  expect([isBack(2, 3, true), isBack(2, 3, false), isBack(4, 3, true), isBack(1, null, false)]).toEqual([true, false, false, false]);
});
