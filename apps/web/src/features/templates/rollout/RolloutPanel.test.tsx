// @vitest-environment jsdom
import { mockFetch } from "../../../../mock/node";
import { setUpClient } from "@/api/client";
import { progress } from "@/features/commands/progress";
import type { PlannedUpgrade, Rollout } from "@/api/generated";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, type ReactElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, expect, test, vi } from "vitest";
import { RolloutPanel } from "./RolloutPanel";
import { RolloutPlanList } from "./RolloutPlanList";
import { readRollout } from "./useRollout";

const message = (text: string) => ({ code: "foreign", messages: {}, params: {}, text });
const running: Rollout = {
  version: 3, state: "running", at_once: 5, on_failure: "stop", comment: "", started_by: { kind: "token", name: "admin", on_behalf_of: null, token_id: null }, started_at: "2026-11-30T10:00:00Z", ended_at: null,
  waiting: 7, under_way: ["a", "b", "c", "d", "e"].map((key) => ({ key, command_id: key })), upgraded: 7, failed: [{ key: "shop", message: message("the service `web` has ended") }],
};

const roots: Root[] = [];

function shown(part: ReactElement, client = new QueryClient()): HTMLElement {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const place = document.createElement("div");
  const root = createRoot(place);
  roots.push(root);
  act(() => root.render(<QueryClientProvider client={client}><I18nProvider i18n={i18n}>{part}</I18nProvider></QueryClientProvider>));
  return place;
}

const item = (key: string, more: Partial<PlannedUpgrade>): PlannedUpgrade => ({ key, kind: "none", template_version: 2, services: [], message: null, ...more });

const panel = (more: Partial<Rollout>) => shown(<RolloutPanel template="preview" rollout={{ ...running, ...more }} changedAt={0} />);

afterEach(() => {
  act(() => {
    for (const root of roots.splice(0)) root.unmount();
  });
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a rollout under way says how far it is, what has failed and why, and can be cancelled", () => {
  const place = panel({});
  expect(place.querySelector("h2")?.textContent).toBe("Upgrading to version 3");
  expect(place.textContent).toContain("7 of 20 upgraded, 5 under way");
  expect(place.querySelector<HTMLElement>("[role=img] > span")?.style.width).toBe("40%");
  expect(place.querySelector("li")?.textContent).toContain("shop The service web has ended");
  expect(place.querySelector("button")?.textContent).toBe("Cancel");
});

test("each upgrade under way leads to its command", () => {
  const place = panel({ under_way: [{ key: "blog", command_id: "7" }, { key: "wiki", command_id: "8" }] });
  const wiki = [...place.querySelectorAll("button")].find((button) => button.textContent === "wiki");
  act(() => wiki?.click());
  expect(progress.openId()).toBe("8");
});

test("one that is being cancelled says so instead of offering it again", () => {
  const place = panel({ state: "cancelling", under_way: [] });
  expect(place.querySelector("button")).toBeNull();
  expect(place.textContent).toContain("no other begins");
});

test("what ended early is told, and what did everything is not", () => {
  const ended = { waiting: 0, under_way: [], ended_at: "2026-11-30T10:05:00Z" };
  expect(panel({ ...ended, state: "stopped" }).textContent).toContain("was stopped by a failure");
  expect(panel({ ...ended, state: "cancelled", failed: [] }).textContent).toContain("was cancelled");
  expect(panel({ ...ended, state: "done", failed: [] }).innerHTML).toBe("");
});

test("what is put away stays away, and the next one is told again", () => {
  const ended = { waiting: 0, under_way: [], state: "stopped" as const };
  const place = panel({ ...ended, started_at: "2026-11-30T11:00:00Z" });
  act(() => place.querySelector("button")?.click());
  expect(place.innerHTML).toBe("");
  expect(panel({ ...ended, started_at: "2026-11-30T11:00:00Z" }).innerHTML).toBe("");
  expect(panel({ ...ended, started_at: "2026-11-30T12:00:00Z" }).innerHTML).not.toBe("");
});

test("after a change it is read a few times more, and not by the clock for ever", () => {
  vi.useFakeTimers();
  const client = new QueryClient();
  const read = vi.spyOn(client, "invalidateQueries");
  shown(<RolloutPanel template="preview" rollout={running} changedAt={1} />, client);
  expect(read).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2_000);
  expect(read).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(60_000);
  expect(read).toHaveBeenCalledTimes(5);
  vi.advanceTimersByTime(600_000);
  expect(read).toHaveBeenCalledTimes(5);
});

test("only some of many failures are named", () => {
  const failed = Array.from({ length: 15 }, (_, at) => ({ key: `shop-${at}`, message: message("it has ended") }));
  const lines = [...panel({ failed }).querySelectorAll("li")].map((line) => line.textContent);
  expect(lines).toHaveLength(13);
  expect(lines.at(-1)).toBe("and 3 more");
});

test("a plan names the services that change, the reason against an upgrade, and that it goes on", () => {
  const items = [item("blog", { kind: "upgrade", services: ["web", "db"] }), item("shop", { kind: "refused", message: message("`LICENCE_KEY` has no value") }), item("wiki", { template_version: 3 })];
  const place = shown(<RolloutPlanList plan={{ version: 3, items, next: "more" }} />);
  const parts = [...place.querySelectorAll("section")].map((part) => part.textContent);
  expect(parts).toEqual([expect.stringMatching(/upgraded.*blog v2 webdb/), expect.stringMatching(/Cannot.*shop v2 LICENCE_KEY has no value/), expect.stringMatching(/Already.*wiki/)]);
  expect(place.textContent).toContain("the first 3 instances");
  expect(shown(<RolloutPlanList plan={{ version: 3, items, next: null }} />).textContent).not.toContain("the first");
});

test("a template that was never upgraded has no rollout, and a template that is not there is an error", async () => {
  setUpClient();
  vi.stubGlobal("fetch", mockFetch());
  expect(await readRollout("demo")).toBeNull();
  expect((await readRollout("preview"))?.failed[0]?.key).toBe("dark-mode");
  await expect(readRollout("nobody")).rejects.toMatchObject({ code: "template-not-found" });
});
