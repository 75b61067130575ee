// A part of the page over the mock, and how a test looks at it and uses it: by the words that are shown.
import { mockFetch } from "../mock/node";
import type { Scenario } from "../mock/world";
import { setUpClient } from "@/api/client";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import axe from "axe-core";
import { act, type ReactElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { expect, vi } from "vitest";

// Once: each further time would read every problem once more.
setUpClient();

export interface Sent {
  method: string;
  path: string;
  body: unknown;
}

export class Shown {
  readonly client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  /** The writes of the page, in their order. */
  readonly sent: Sent[] = [];
  /** Asks the mock without the page knowing. */
  readonly answer: typeof fetch;
  private readonly root: Root;

  constructor(scenario: Scenario = "lively") {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    Element.prototype.scrollIntoView ??= () => undefined;
    this.answer = mockFetch(scenario);
    vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
      if (input instanceof Request && input.method !== "GET") await this.note(input.clone());
      return this.answer(input, init);
    });
    const place = document.createElement("div");
    document.body.append(place);
    this.root = createRoot(place);
  }

  private async note(request: Request): Promise<void> {
    const text = await request.text();
    this.sent.push({ method: request.method, path: new URL(request.url).pathname, body: text === "" ? null : JSON.parse(text) });
  }

  async show(page: ReactElement | null): Promise<void> {
    await act(() => this.root.render(<QueryClientProvider client={this.client}><I18nProvider i18n={i18n}>{page}</I18nProvider></QueryClientProvider>));
  }

  end(): void {
    act(() => this.root.unmount());
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  }
}

export async function until(done: () => boolean): Promise<void> {
  await vi.waitFor(async () => {
    await act(async () => { await new Promise((resolve) => { setTimeout(resolve, 5); }); });
    expect(done()).toBe(true);
  }, { timeout: 3_000 });
}

export const dialog = () => document.querySelector<HTMLElement>("[role=dialog]");

/** What is in front: the dialog, if there is one. */
const front = () => dialog() ?? document.body;

export const text = () => front().textContent ?? "";
export const heading = () => document.querySelector("h1")?.textContent;
export const alertText = () => document.querySelector("[role=alert]")?.textContent ?? "";

/** What the label with these words names; null if there is none. */
export function field(label: string): HTMLInputElement | null {
  const found = [...front().querySelectorAll("label")].find((one) => one.textContent === label);
  return found === undefined ? null : (document.getElementById(found.htmlFor) as HTMLInputElement | null);
}

export function fill(label: string, value: string): void {
  const input = field(label);
  if (input === null) throw new Error(`there is no field ${label}`);
  act(() => {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), "value")?.set?.call(input, value);
    input.dispatchEvent(new Event(input instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
  });
}

export async function press(name: string): Promise<void> {
  const found = [...front().querySelectorAll("button")].find((one) => (one.getAttribute("aria-label") ?? one.textContent) === name);
  if (found === undefined) throw new Error(`there is no button ${name}`);
  await act(async () => found.click());
}

/** Presses a radio or a checkbox, by the first words of its label. */
export async function choose(words: string): Promise<void> {
  const label = [...front().querySelectorAll("label")].find((one) => one.textContent?.startsWith(words) === true);
  const found = label?.querySelector<HTMLElement>("[role=radio], [role=checkbox]");
  if (found === null || found === undefined) throw new Error(`there is no choice ${words}`);
  await act(async () => found.click());
}

/** Colours need a layout, and landmarks a whole page; the tests of screens have both. */
export async function violations(): Promise<string[]> {
  const { violations: found } = await act(() => axe.run(front(), { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } }));
  return found.map(({ id, help }) => `${id}: ${help}`);
}
