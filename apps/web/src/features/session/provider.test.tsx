// @vitest-environment jsdom
import { csrfToken } from "@/api/csrf";
import { sessionEnd } from "@/api/signed_out";
import { StrictMode } from "react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Scenario } from "../../../mock/world";
import { alertText, field, heading, press, Shown, text, until, violations } from "../../../tests/shown";
import { readSession, sessionQuery } from "./api";
import { browser, nextPage } from "./provider";
import { leaveLink, secretLink, takeSecret } from "./secret_link";
import { SignInForm } from "./SignInForm";
import { SignInPage } from "./SignInPage";

const NAME = "Sign in with Example";

let shown: Shown;
let gone: string[];

beforeEach(() => {
  gone = [];
  vi.spyOn(browser, "goTo").mockImplementation((address) => void gone.push(address));
});

afterEach(() => {
  shown.end();
  leaveLink();
  sessionStorage.clear();
  vi.restoreAllMocks();
});

/** Opens an address as a browser does that nobody is signed in to. */
async function open(address: string, scenario: Scenario = "provider", page = <SignInPage />): Promise<void> {
  shown = new Shown(scenario);
  history.replaceState(null, "", address);
  takeSecret();
  await shown.show(page);
  await until(() => document.querySelector("h1") !== null);
}

const session = () => shown.client.getQueryData(sessionQuery.queryKey);
const button = (name: string) => [...document.querySelectorAll("button")].some((one) => one.textContent === name);
const back = () => [...document.querySelectorAll("a")].find((one) => one.textContent === "Back to sign-in")?.href;
const origin = () => location.origin;

describe("the provider", () => {
  test("is offered beside name and password, and begins a sign-in there", async () => {
    await open("/images?text=old");
    expect([field("Name") !== null, button(NAME)]).toEqual([true, true]);
    expect(await violations()).toEqual([]);
    await press(NAME);
    await until(() => gone.length === 1);
    expect(gone).toEqual([`${origin()}/signed-in?code=mock&state=mock`]);
    expect(shown.sent).toEqual([{ method: "POST", path: "/api/v1/session/oidc", body: null }]);
    expect(nextPage()).toBe(`${origin()}/images?text=old`);
  });

  test("is not offered where there is none", async () => {
    await open("/", "signed-out");
    expect([field("Name") !== null, text().includes("Sign in with Example")]).toEqual([true, false]);
  });

  test("is not offered where the server does not say, and the form is there", async () => {
    shown = new Shown("provider");
    history.replaceState(null, "", "/");
    vi.stubGlobal("fetch", async () => { throw new TypeError("no network"); });
    await shown.show(<SignInPage />);
    await until(() => field("Name") !== null);
    expect(text()).not.toContain("Sign in with Example");
  });

  test("that cannot be asked says so beside the form, which stays", async () => {
    await open("/");
    vi.stubGlobal("fetch", async () => { throw new TypeError("no network"); });
    await press(NAME);
    await until(() => alertText().includes("cannot be reached"));
    expect([gone, field("Name") !== null, button(NAME)]).toEqual([[], true, true]);
  });

  test("is not gone to where its address is no page", async () => {
    await open("/");
    vi.stubGlobal("fetch", async () => Response.json({ address: "javascript:alert(1)" }));
    await press(NAME);
    await until(() => alertText() !== "");
    expect(gone).toEqual([]);
  });

  test("opens in another tab where a session ended over what somebody typed", async () => {
    shown = new Shown("lively");
    const before = await readSession();
    shown.end();
    shown = new Shown("provider");
    shown.client.setQueryData(sessionQuery.queryKey, before);
    await shown.show(<SignInForm name="zoe" />);
    await until(() => text().includes("Sign in with Example in another tab"));
    const link = document.querySelector("a");
    expect([link?.getAttribute("href"), link?.target, link?.rel, button(NAME)]).toEqual(["/", "_blank", "noopener", false]);
  });
});

describe("the address that the provider comes back to", () => {
  test("is clean before anything is shown, and stays out of the history", async () => {
    const length = history.length;
    shown = new Shown("provider");
    history.replaceState(null, "", "/signed-in?code=mock&state=mock#more");
    takeSecret();
    expect(location.href).toBe(`${origin()}/signed-in`);
    expect(history.length).toBe(length);
    expect(secretLink.read()).toEqual({ kind: "provider", secret: "code=mock&state=mock" });
  });

  test("signs in with the code, once, and goes on to what somebody wanted to see", async () => {
    sessionStorage.setItem("after-provider", `${origin()}/images?text=old`);
    await open("/signed-in?code=mock&state=mock", "provider", <StrictMode><SignInPage /></StrictMode>);
    await until(() => session() !== undefined);
    expect(session()?.actor).toMatchObject({ kind: "user", name: "zoe" });
    expect(csrfToken()).toBe(session()?.csrf_token);
    expect(shown.sent).toEqual([{ method: "POST", path: "/api/v1/session/oidc/code", body: { code: "mock", state: "mock" } }]);
    expect([location.pathname + location.search, secretLink.read(), sessionStorage.length]).toEqual(["/images?text=old", null, 0]);
    await shown.show(null);
    await until(() => shown.client.getMutationCache().getAll().length === 0);
  });

  test("leads to the overview where nothing is remembered, or a page of somebody else", async () => {
    sessionStorage.setItem("after-provider", "https://elsewhere.example/");
    expect(nextPage()).toBe(`${origin()}/`);
    sessionStorage.setItem("after-provider", "//elsewhere.example/");
    expect(nextPage()).toBe(`${origin()}/`);
    sessionStorage.clear();
    await open("/signed-in?code=mock&state=mock");
    await until(() => session() !== undefined);
    expect(location.pathname).toBe("/");
  });

  test.each([
    ["code=group&state=mock", "None of your groups at the provider has a role here", "provider-sign-in-refused"],
    ["code=mock&state=other", "it took longer than ten minutes", "provider-sign-in-refused"],
    ["code=taken&state=mock", "There is another user with your name", "user-exists"],
    ["code=away&state=mock", "The provider cannot be reached", "provider-unavailable"],
    ["code=often&state=mock", "the next one is possible in 30 s", "too-many-sign-ins"],
  ])("says why %s is refused, and how to begin again", async (query, sentence, code) => {
    sessionStorage.setItem("after-provider", `${origin()}/volumes`);
    await open(`/signed-in?${query}`);
    await until(() => alertText().includes(sentence));
    expect([alertText().includes(code), heading(), back()]).toEqual([true, "Sign in", `${origin()}/volumes`]);
    expect([session(), sessionEnd.isWaiting(), location.search]).toEqual([undefined, false, ""]);
    expect(await violations()).toEqual([]);
  });

  test("says that there is no provider any more", async () => {
    await open("/signed-in?code=mock&state=mock", "signed-out");
    await until(() => alertText().includes("No provider to sign in with is configured"));
    expect(back()).toBe(`${origin()}/`);
  });

  test("says that the provider has refused, in no words of the address", async () => {
    await open("/signed-in?error=access_denied&error_description=%3Cb%3ECall%20555%3C/b%3E&state=mock");
    expect(alertText()).toMatch(/^The provider has not let you sign in, or you have cancelled it there\.access_denied$/);
    expect([back(), shown.sent]).toEqual([`${origin()}/`, []]);
    expect(await violations()).toEqual([]);
    shown.end();
    leaveLink();
    await open("/signed-in?error=Call%20555&code=mock&state=mock");
    expect(alertText()).toMatch(/^The provider has refused the sign-in\.[^5]*$/);
    expect(shown.sent).toEqual([]);
  });

  test("opened once more has nothing to sign in with", async () => {
    await open("/signed-in");
    await until(() => text().includes("no answer of a provider in it any more"));
    expect([back(), shown.sent]).toEqual([`${origin()}/`, []]);
  });
});
