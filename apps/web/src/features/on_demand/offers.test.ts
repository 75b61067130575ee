import { describe, expect, test } from "vitest";
import { firstOffer, offersOf } from "./offers";

const service = (state: Parameters<typeof offersOf>[0]["state"], more: Partial<Parameters<typeof offersOf>[0]> = {}) => ({ state, always_on: false, in_flight: 0, waiting: 0, ...more });
const refused = (of: ReturnType<typeof service>) => Object.entries(offersOf(of)).flatMap(([name, reason]) => (typeof reason === "object" && reason !== null ? [name] : []));

describe("what is offered for a service", () => {
  test("is what would change how it stands", () => {
    expect(refused(service("asleep"))).toEqual(["sleep"]);
    expect(refused(service("awake"))).toEqual(["wake"]);
    expect(refused(service("starting"))).toEqual(["wake"]);
    expect(refused(service("falling_asleep"))).toEqual(["sleep"]);
    expect(refused(service("failed"))).toEqual([]);
    expect(refused(service("held"))).toEqual([]);
  });

  test("is everything while nobody knows how it stands", () => {
    expect(refused(service(null))).toEqual([]);
    expect(firstOffer(service(null))).toBe("wake");
  });

  test("is no sleep for one that never sleeps", () => {
    expect(refused(service("awake", { always_on: true }))).toEqual(["wake", "sleep", "keepAwake"]);
    expect(firstOffer(service("awake", { always_on: true }))).toBeNull();
  });

  test("names the thing to do first", () => {
    expect((["asleep", "held", "failed", "falling_asleep"] as const).map((state) => firstOffer(service(state)))).toEqual(["wake", "wake", "wake", "wake"]);
    expect((["awake", "starting"] as const).map((state) => firstOffer(service(state)))).toEqual(["sleep", "sleep"]);
  });

  test("asks first where somebody is inside or waits", () => {
    expect(offersOf(service("awake", { in_flight: 2, waiting: 1 })).interrupts).toBe(3);
    expect(offersOf(service("awake")).interrupts).toBe(0);
  });
});
