// @vitest-environment jsdom
import { mockFetch } from "../../../../mock/node";
import { setUpClient } from "@/api/client";
import type { Session, Token } from "@/api/generated";
import { readSession, sessionQuery } from "@/features/session/api";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { TokensPanel } from "./TokensPanel";

let root: Root;
let client: QueryClient;
let answer: typeof fetch;

/** A request to the mock that the page does not know of. */
async function list(): Promise<Token[]> {
  return ((await (await answer("/api/v1/tokens")).json()) as { items: Token[] }).items;
}

beforeAll(setUpClient);

beforeEach(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  Element.prototype.scrollIntoView ??= () => undefined;
  answer = mockFetch();
  vi.stubGlobal("fetch", answer);
  client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(sessionQuery.queryKey, await readSession());
  const place = document.createElement("div");
  document.body.append(place);
  root = createRoot(place);
});

afterEach(() => {
  act(() => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function open(): Promise<void> {
  await act(() => root.render(<QueryClientProvider client={client}><I18nProvider i18n={i18n}><TokensPanel /></I18nProvider></QueryClientProvider>));
  await until(() => document.querySelector("[role=status]") === null);
}

async function until(done: () => boolean): Promise<void> {
  await vi.waitFor(async () => {
    await act(async () => { await new Promise((resolve) => { setTimeout(resolve, 5); }); });
    expect(done()).toBe(true);
  }, { timeout: 3_000 });
}

const dialog = () => document.querySelector<HTMLElement>("[role=dialog]");
const text = () => dialog()?.textContent ?? "";
const row = (name: string) => [...document.querySelectorAll("li")].find((one) => one.querySelector("strong")?.textContent === name)?.textContent ?? "";

function button(name: string): HTMLButtonElement {
  const places = dialog() ?? document.body;
  const found = [...places.querySelectorAll("button")].find((one) => (one.getAttribute("aria-label") ?? one.textContent) === name);
  if (found === undefined) throw new Error(`there is no button ${name}`);
  return found;
}

const press = (name: string) => act(async () => button(name).click());

/** What the label with these words names. */
function field(label: string): HTMLInputElement {
  const found = [...(dialog()?.querySelectorAll("label") ?? [])].find((one) => one.textContent === label);
  const named = found === undefined ? null : document.getElementById(found.htmlFor);
  if (named === null) throw new Error(`there is no field ${label}`);
  return named as HTMLInputElement;
}

function fill(label: string, value: string): void {
  const input = field(label);
  const type = Object.getPrototypeOf(input) as object;
  act(() => {
    Object.getOwnPropertyDescriptor(type, "value")?.set?.call(input, value);
    input.dispatchEvent(new Event(input instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
  });
}

/** A radio or a checkbox, by the first words of its label. */
function choice(words: string): HTMLElement {
  const label = [...(dialog()?.querySelectorAll("label") ?? [])].find((one) => one.textContent?.startsWith(words));
  const found = label?.querySelector<HTMLElement>("[role=radio], [role=checkbox]");
  if (found === null || found === undefined) throw new Error(`there is no choice ${words}`);
  return found;
}

/** Whether it is checked, and whether that cannot be changed. */
const stands = (name: string) => [choice(name).getAttribute("aria-checked"), choice(name).getAttribute("aria-disabled") ?? "false"];

const choose = (words: string) => act(async () => choice(words).click());

describe("the list", () => {
  test("says of each token what it may do, with what, and until when", async () => {
    await open();
    expect(row("admin")).toMatch(/Administrator.*in use in this browser.*For everything.*Never expires.*Last used 1 minute ago/);
    expect(row("ci")).toMatch(/Deployer.*For the stacks.*shop.*preview-\*.*Permissions:.*Files.*Expires in 2\d days/);
    expect(row("marie")).toMatch(/Operator.*Terminal.*Files.*Secrets.*Never used/);
    expect(row("migration")).toMatch(/expired.*Expired 7 days ago/);
    expect(row("ci")).not.toContain("in use");
  });

  test("is a sentence for those who may not see it, and nothing to press", async () => {
    const problem = { code: "forbidden", detail: "", errors: [], warnings: [], hint: null, message: { code: "foreign", messages: {}, params: {}, text: "no" }, status: 403, title: "", type: "" };
    vi.stubGlobal("fetch", async () => Response.json(problem, { status: 403 }));
    await open();
    expect(document.body.textContent).toContain("Only administrators see the tokens");
    expect(document.querySelector("button")).toBeNull();
  });
});

describe("a new token", () => {
  test("is issued as it was described, its secret is shown once, and the list has it", async () => {
    await open();
    await press("New token");
    fill("Name", "backup");
    await choose("Operator");
    await choose("Terminal");
    await choose("Only some stacks");
    fill("Names or labels of the stacks", "shop-*, blog team=payments");
    fill("Expires", "never");
    await press("Issue the token");
    await until(() => text().includes("will not be shown again"));
    const secret = field("Secret").value;
    expect(secret).toMatch(/^cm_[\w-]{43}$/);
    expect((await list()).find(({ name }) => name === "backup")).toMatchObject({ role: "operator", permissions: ["terminal"], stacks: ["shop-*", "blog", "team=payments"], expires_at: null });
    await press("Done");
    await until(() => dialog() === null && row("backup") !== "");
    expect(document.body.innerHTML).not.toContain(secret);
    await until(() => client.getMutationCache().getAll().length === 0);
  });

  test("copies its secret, and says what to do where the browser refuses that", async () => {
    await open();
    await press("New token");
    fill("Name", "backup");
    await press("Issue the token");
    await until(() => text().includes("will not be shown again"));
    const copy = vi.fn(() => false);
    Object.assign(document, { execCommand: copy });
    await press("Copy");
    await until(() => text().includes("copy it with the keyboard"));
    copy.mockReturnValue(true);
    await press("Copy");
    await until(() => text().includes("in the clipboard"));
  });

  test("that is refused says why at the field, which has the focus, until it is changed", async () => {
    await open();
    await press("New token");
    fill("Name", "ci");
    await press("Issue the token");
    await until(() => text().includes("There is a token of this name already"));
    expect(field("Name").getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(field("Name"));
    expect(dialog()?.querySelector("[role=alert]")).toBeNull();
    fill("Name", "ci-2");
    await until(() => !text().includes("already"));
    await choose("Only some stacks");
    fill("Names or labels of the stacks", "Shop");
    await press("Issue the token");
    await until(() => field("Names or labels of the stacks").getAttribute("aria-invalid") === "true");
    expect(text()).toContain("Shop in stacks matches no name of a stack");
  });

  test("that is refused for another reason says so in the dialog", async () => {
    await open();
    await press("New token");
    fill("Name", "ci-2");
    vi.stubGlobal("fetch", async () => { throw new TypeError("no network"); });
    await press("Issue the token");
    await until(() => dialog()?.querySelector("[role=alert]")?.textContent?.includes("cannot be reached") === true);
  });

  test("offers only permissions that make a difference to the role, and says why not the others", async () => {
    await open();
    await press("New token");
    expect([stands("Terminal"), stands("Files"), stands("Secrets")]).toEqual([["false", "true"], ["false", "false"], ["false", "true"]]);
    expect(text()).toContain("This needs at least the operator role.");
    await choose("Administrator");
    expect([stands("Terminal"), stands("Files"), stands("Secrets")]).toEqual([["true", "true"], ["true", "true"], ["true", "true"]]);
    expect(text()).toContain("An administrator may always do this.");
  });
});

describe("what is there already", () => {
  test("gets a new secret after a question", async () => {
    await open();
    await press("Rotate ci");
    expect(text()).toContain("The old secret stops working at once");
    expect(text()).not.toContain("You are signed in with this token");
    await press("Replace the secret");
    await until(() => text().includes("will not be shown again"));
    expect(field("Secret").value).toMatch(/^cm_/);
    await press("Done");
    await until(() => row("ci").includes("Never used"));
  });

  test("goes on in this browser with its new secret, if it is signed in with it", async () => {
    const before = client.getQueryData<Session | null>(sessionQuery.queryKey);
    await open();
    await press("Rotate admin");
    expect(text()).toContain("stays signed in");
    await press("Replace the secret");
    await until(() => text().includes("will not be shown again"));
    expect(client.getQueryData<Session | null>(sessionQuery.queryKey)?.csrf_token).not.toBe(before?.csrf_token);
    expect(await list()).toHaveLength(5);
  });

  test("is revoked after a question, which warns of being locked out", async () => {
    await open();
    await press("Revoke admin");
    expect(text()).toMatch(/you will be signed out.*No other token may manage tokens/);
    await press("Keep the token");
    await until(() => dialog() === null);
    await press("Revoke ci");
    expect(text()).not.toContain("No other token");
    await press("Revoke");
    await until(() => dialog() === null && row("ci") === "");
    expect((await list()).map(({ name }) => name)).not.toContain("ci");
  });

  test("that somebody else has revoked meanwhile says so", async () => {
    await open();
    await press("Revoke ci");
    await answer("/api/v1/tokens/ci", { method: "DELETE" });
    await press("Revoke");
    await until(() => text().includes("There is no token of this name"));
  });
});
