import type { Command, OnDemandStart, PowerCause } from "@/api/generated";
import { describe, expect, test } from "vitest";
import { turnsOf } from "./history";

const cause = (why: PowerCause["why"], service = "web"): PowerCause => ({ why, service, host: null, other: null, path: null, seconds: null });
const at = (minutes: number) => new Date(Date.UTC(2026, 0, 26, 10, minutes)).toISOString();
const start = (minutes: number, why: PowerCause["why"] = "request"): OnDemandStart => ({ at: at(minutes), cause: cause(why), failure: null, until_ready_seconds: 4, until_running_seconds: 1 });
const command = (kind: "WAKE" | "SLEEP", minutes: number, services: string[], why: PowerCause | null, by: "system" | "token" = "system"): Command =>
  ({ command_id: `${kind} ${minutes}`, kind, payload: { kind, services, cause: why, mode: "stop" }, principal: { kind: by, name: by === "token" ? "admin" : "gateway" }, timestamps: { created_at: at(minutes) } }) as unknown as Command;

describe("the last wakes and sleeps of a service", () => {
  test("are the newest first, a command together with the start that it brought", () => {
    const turns = turnsOf("web", [command("WAKE", 1, ["db", "web"], cause("request")), command("SLEEP", 20, ["web"], cause("idle"))], [start(2), start(40)]);
    expect(turns.map(({ kind, at: when, start: measured, command: sent }) => [kind, when, measured !== null, sent !== null])).toEqual([
      ["wake", at(40), true, false],
      ["sleep", at(20), false, true],
      ["wake", at(1), true, true],
    ]);
  });

  test("are not those of other services, except where the whole stack was meant", () => {
    const all = [command("WAKE", 1, ["api"], cause("request", "api")), command("SLEEP", 2, ["db"], cause("idle", "web")), command("SLEEP", 3, [], null, "token")];
    expect(turnsOf("web", all, []).map(({ id }) => id)).toEqual(["SLEEP 3", "SLEEP 2"]);
  });

  test("name a person who asked, and no program", () => {
    expect(turnsOf("web", [command("WAKE", 1, ["web"], cause("person"), "token"), command("SLEEP", 2, ["web"], cause("idle"))], []).map(({ by }) => by)).toEqual([null, "admin"]);
  });

  test("do not take a start of another cause for that of a command", () => {
    expect(turnsOf("web", [command("WAKE", 1, ["web"], cause("predicted"))], [start(2)])).toHaveLength(2);
  });
});
