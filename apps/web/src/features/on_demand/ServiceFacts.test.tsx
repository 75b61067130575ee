// @vitest-environment jsdom
import type { OnDemandService } from "@/api/generated";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { describe, expect, test } from "vitest";
import { ServiceState } from "./ServiceFacts";

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const NOTHING = { idle_timeout_seconds: null, start_timeout_seconds: null, block_timeout_seconds: null, awake_until: null };
const standing = { state: "awake", since: inMinutes(-120), sleeps_at: null, wakes_at: null, until: null, reason: null, always_on: false, waiting: 0, in_flight: 0, set: NOTHING };

function said(more: Partial<OnDemandService>, waiting = false): string {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const place = document.createElement("div");
  const root = createRoot(place);
  act(() => root.render(<I18nProvider i18n={i18n}><ServiceState service={{ ...standing, ...more } as OnDemandService} waiting={waiting} /></I18nProvider>));
  const text = place.textContent ?? "";
  act(() => root.unmount());
  return text;
}

describe("how a service stands", () => {
  test("has with it what comes next", () => {
    expect(said({ sleeps_at: inMinutes(6.5) })).toBe("awakesleeps in 7 min");
    expect(said({ state: "failed", until: inMinutes(1.5) })).toBe("failedtried again in 2 min at the earliest");
    expect(said({ state: "held", until: inMinutes(90) })).toMatch(/^held backcan wake in 1 h 30 min/);
  });

  test("does not promise what should have happened by now: the gateway may be gone", () => {
    expect(said({ sleeps_at: inMinutes(-1) })).toBe("awake2 hours ago");
    expect(said({ state: "asleep", wakes_at: inMinutes(-1) })).toBe("asleep2 hours ago");
  });

  test("says of one that sleeps that it stays awake only once it wakes", () => {
    const set = { ...NOTHING, awake_until: inMinutes(59) };
    expect(said({ set })).toBe("awakekept awake for 59 min");
    expect(said({ state: "asleep", set })).toMatch(/^asleepkept awake until .+, once it wakes$/);
  });

  test("has those that wait with it where it is asked to", () => {
    expect(said({ state: "held", waiting: 2 }, true)).toContain("2 waiting");
    expect(said({ state: "held", waiting: 2 })).not.toContain("waiting");
  });
});
