// @vitest-environment jsdom
import type { OnDemandReport, OnDemandService } from "@/api/generated";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { HostMemoryBar } from "./HostMemoryBar";

const GIB = 1024 ** 3;
const asleep = { stack_id: "a", service: "viewer", state: "asleep", wakes_with: ["viewer"], memory_bytes: null, peak_memory_bytes: GIB } as OnDemandService;
const awake = { ...asleep, service: "web", state: "awake", wakes_with: ["web"], memory_bytes: 2 * GIB } as OnDemandService;

function shown(total: number | null, free: number | null, services: readonly OnDemandService[]): HTMLElement {
  const place = document.createElement("div");
  const report = { host_memory_bytes: total, host_memory_free_bytes: free } as OnDemandReport;
  place.innerHTML = renderToStaticMarkup(<I18nProvider i18n={i18n}><HostMemoryBar report={report} services={services} /></I18nProvider>);
  return place;
}

const text = (place: HTMLElement) => place.textContent?.replaceAll("\u00A0", " ");

describe("the bar of the host's memory", () => {
  test("says everything that it shows in words, and hides the drawing from those who are read to", () => {
    const place = shown(16 * GIB, 4 * GIB, [awake, asleep]);
    expect(text(place)).toContain("4.0 GiB free of 16.0 GiB, 75% used");
    expect([...place.querySelectorAll("li")].map((line) => text(line))).toEqual([
      "everything else 10.0 GiB",
      "services on demand that are awake 2.0 GiB",
      "free because services sleep, about 1.0 GiB",
      "free anyway 3.0 GiB",
    ]);
    expect([...place.querySelectorAll<HTMLElement>("[aria-hidden] > [style]")].map(({ style }) => style.width)).toEqual(["62.5%", "12.5%", "6.25%", "18.75%"]);
  });

  test("is not there while nobody has said how much there is", () => {
    expect(shown(null, 4 * GIB, [awake]).innerHTML).toBe("");
    expect(shown(16 * GIB, null, [awake]).innerHTML).toBe("");
  });

  test("says nothing about sleep where nothing sleeps, and that little is left, in a word", () => {
    const place = shown(16 * GIB, GIB / 2, [awake]);
    expect(text(place)).not.toContain("sleep");
    expect(text(place)).toContain("almost full");
    expect(text(shown(16 * GIB, 2 * GIB, []))).toContain("getting full");
  });
});
