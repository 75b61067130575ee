import type { Event, Holder } from "@/api/generated";
import { expect, test } from "vitest";
import { attempts, remarks } from "./steps";

const holder: Holder = { command_id: "failed", kind: "APPLY", seq: 1, since: "", stack_id: "a", status: "FAILED" };

let id = 0;
function event(kind: Event["kind"], at: string, detail: unknown = null): Event {
  id += 1;
  return { actor: { kind: "system", name: "worker", on_behalf_of: null, token_id: null }, at, attempt: 1, command_id: "c", detail, epoch: 1, id, kind, op: "", seq: 2, stack_id: "a", target: "" } as Event;
}

const rows = (events: readonly Event[]) => attempts(events).flatMap((attempt) => attempt.rows).map(({ heldBy, tone, endedAt }) => ({ heldBy: heldBy?.command_id, tone, endedAt }));

test("a command that is held says so until it begins", () => {
  const held = [event("ENQUEUED", "1"), event("HELD", "2", holder)];
  expect(rows(held)).toEqual([{ heldBy: "failed", tone: "warn", endedAt: null }]);
  expect(rows([...held, event("CANCEL_REQUESTED", "3")])).toEqual([{ heldBy: "failed", tone: "warn", endedAt: null }]);
  expect(rows([...held, event("CLAIMED", "3"), event("DONE", "4")])).toEqual([{ heldBy: "failed", tone: "calm", endedAt: "3" }]);
});

test("one that is cancelled while it is held ends there", () => {
  expect(rows([event("HELD", "2", holder), event("CANCELLED", "3")])).toEqual([{ heldBy: "failed", tone: "calm", endedAt: "3" }]);
});

test("what a command has done is told once: by its steps, and by remarks only without them", () => {
  const notes = ["step_done", "step_not_done"].map((code) => ({ code, messages: {}, params: {}, text: code }));
  const result = { effects: 1, notes, rolled_back_to: null };
  expect([true, false].map((listed) => remarks({ result }, listed).map(({ code }) => code))).toEqual([["step_not_done"], ["step_done", "step_not_done"]]);
  expect(remarks({ result: null }, true)).toEqual([]);
});
