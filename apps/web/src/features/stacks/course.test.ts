import type { Command, LastCommand } from "@/api/generated";
import { describe, expect, test } from "vitest";
import { aheadOf, courseOf, drifts, isUnderWay, isUntouched, lastBegun, offerOf, waysOut } from "./course";

const command = (kind: Command["kind"], status: Command["status"], version: number | null = null): Command => ({
  actions: [],
  attempt: 1,
  command_id: `${kind} ${status} ${version}`,
  failure: null,
  kind,
  lane: "stack/a",
  payload: null,
  principal: { kind: "user", name: "admin", on_behalf_of: null, token_id: null },
  progress: null,
  result: null,
  retry: 0,
  seq: 1,
  stack_id: "a",
  status,
  timestamps: { cancel_requested_at: null, created_at: "", finished_at: null, started_at: null },
  version,
  waits_behind: null,
});

const begun = (status: Command["status"], version: number, kind: Command["kind"] = "APPLY"): Command => {
  const one = command(kind, status, version);
  return { ...one, timestamps: { ...one.timestamps, started_at: "1" } };
};

const last = (status: LastCommand["status"], version: number): LastCommand => ({
  command_id: "c", created_at: "", failure_code: null, finished_at: null, kind: "APPLY", seq: 1, status, version, waits_behind: null,
});

const of = (latest: number, applied: number | null) => ({ latest_version: latest, current_version: applied });

const listed = (status: LastCommand["status"] | null, drift_count: number | null = 13) => ({
  drift_count,
  last_command: status === null ? null : last(status, 2),
});

describe("what is offered for a version", () => {
  test("is the thing to do while nothing else is", () => {
    expect(offerOf(2, 1, courseOf([]))).toBe("primary");
    expect(offerOf(1, null, courseOf([]))).toBe("primary");
    expect(offerOf(2, 2, courseOf([]))).toBeNull();
  });

  test("is nothing while it waits or is being applied, whatever was asked for after it", () => {
    expect(offerOf(2, 1, courseOf([command("APPLY", "PENDING", 2)]))).toBeNull();
    expect(offerOf(2, null, courseOf([command("STOP", "PENDING"), command("APPLY", "RUNNING", 2)]))).toBeNull();
    expect(offerOf(3, 1, courseOf([command("ROLLBACK", "RUNNING", 2)]))).toBe("default");
  });

  test("steps back once it has failed, until a newer one is saved", () => {
    const failed = courseOf([command("APPLY", "FAILED", 4)]);
    expect(offerOf(4, 3, failed)).toBe("default");
    expect(offerOf(5, 3, failed)).toBe("primary");
    expect(offerOf(4, 3, courseOf([command("START", "FAILED")]))).toBe("primary");
  });
});

describe("the first version", () => {
  test("is shown the way to until it is asked for", () => {
    expect(isUntouched(null, courseOf([]))).toBe(true);
    expect(isUntouched(1, courseOf([]))).toBe(false);
    expect([command("APPLY", "PENDING", 1), command("APPLY", "FAILED", 1)].map((one) => isUntouched(null, courseOf([one])))).toEqual([false, false]);
  });

  test("is under way in the list too", () => {
    expect([last("PENDING", 2), last("RUNNING", 2), last("FAILED", 2), last("PENDING", 1), null].map((last_command) => isUnderWay({ latest_version: 2, last_command }))).toEqual([true, true, false, false, false]);
  });
});

describe("the way out of a failed command", () => {
  test("is back to what was applied, where something was and something else runs", () => {
    expect(waysOut(command("APPLY", "FAILED", 4), of(4, 3), true)).toEqual({ back: 3, first: "back" });
    expect(waysOut(command("APPLY", "FAILED", 4), of(4, 3), null)).toEqual({ back: 3, first: "back" });
    expect(waysOut(command("APPLY", "FAILED", 4), of(4, 3), false)).toEqual({ back: null, first: "retry" });
    expect(waysOut(command("APPLY", "FAILED", 1), of(1, null), null)).toEqual({ back: null, first: "retry" });
    expect(waysOut(command("APPLY", "FAILED", 3), of(3, 3), true)).toEqual({ back: null, first: "retry" });
    expect(waysOut(command("ROLLBACK", "FAILED", 3), of(4, 4), true)).toEqual({ back: null, first: "retry" });
  });

  test("is not the thing to do once a newer version is saved, and none for what brings no version", () => {
    expect(waysOut(command("APPLY", "FAILED", 4), of(5, 3), true)).toEqual({ back: 3, first: null });
    expect(waysOut(command("RESTART", "FAILED"), of(4, 3), true)).toEqual({ back: null, first: null });
  });

  test("is about the command that others wait behind", () => {
    const [apply, wake] = [command("APPLY", "FAILED", 2), command("WAKE", "FAILED")];
    expect(courseOf([wake, apply]).failed).toBe(apply);
    expect(courseOf([wake]).failed).toBe(wake);
  });
});

describe("the way back to the applied version", () => {
  test("is the thing to do where the last version was broken off and something else runs", () => {
    expect(aheadOf(of(2, 1), true, courseOf([]), begun("CANCELLED", 2))).toEqual({ back: "primary", on: "default" });
    expect(aheadOf(of(1, 1), true, courseOf([]), begun("CANCELLED", 1))).toEqual({ back: "primary", on: null });
    expect(aheadOf(of(2, 2), true, courseOf([]), begun("CANCELLED", 1, "ROLLBACK"))).toEqual({ back: "primary", on: null });
  });

  test("is offered beside the newest version where nothing was broken off, or a newer one was saved since", () => {
    expect(aheadOf(of(2, 1), true, courseOf([]), begun("DONE", 1))).toEqual({ back: "default", on: "primary" });
    expect(aheadOf(of(2, 1), true, courseOf([]), undefined)).toEqual({ back: "default", on: "primary" });
    expect(aheadOf(of(3, 1), true, courseOf([]), begun("CANCELLED", 2))).toEqual({ back: "default", on: "primary" });
  });

  test("is none where nothing differs or that is not known, where something is open, and where nothing was applied", () => {
    const broken = begun("CANCELLED", 2);
    expect([false, null].map((drifted) => aheadOf(of(2, 1), drifted, courseOf([]), broken))).toEqual([{ back: null, on: "primary" }, { back: null, on: "primary" }]);
    expect(aheadOf(of(2, 1), true, courseOf([command("START", "PENDING")]), broken).back).toBeNull();
    expect(aheadOf(of(2, 1), true, courseOf([begun("FAILED", 2)]), begun("FAILED", 2))).toEqual({ back: null, on: "default" });
    expect(aheadOf(of(1, null), true, courseOf([]), begun("CANCELLED", 1)).back).toBeNull();
  });

  test("is about what began last, not about what was cancelled while it waited or brings no version", () => {
    const [waited, apply] = [command("APPLY", "CANCELLED", 3), begun("CANCELLED", 2)];
    expect(lastBegun([waited, { ...begun("DONE", 1, "RESTART"), version: null }, apply, begun("DONE", 1)])).toBe(apply);
    expect(lastBegun([waited])).toBeUndefined();
  });
});

describe("what differs", () => {
  test("is drift unless a command is about to change it, changes it, or has failed to", () => {
    expect(courseOf([]).unsettled).toBe(false);
    expect(courseOf([command("STOP", "PENDING"), command("APPLY", "FAILED", 2)]).unsettled).toBe(true);
  });

  test("is the same in the list", () => {
    const statuses = [null, "DONE", "CANCELLED", "PENDING", "RUNNING", "FAILED"] as const;
    expect(statuses.map((status) => drifts(listed(status)))).toEqual([true, true, true, false, false, false]);
    expect([0, null].map((count) => drifts(listed("DONE", count)))).toEqual([false, false]);
  });
});
