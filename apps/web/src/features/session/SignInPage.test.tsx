// @vitest-environment jsdom
import { csrfToken } from "@/api/csrf";
import { sessionEnd } from "@/api/signed_out";
import { afterEach, describe, expect, test, vi } from "vitest";
import { alertText, field, fill, heading, press, Shown, text, until, violations } from "../../../tests/shown";
import type { Scenario } from "../../../mock/world";
import { sessionQuery } from "./api";
import { leaveLink, takeSecret } from "./secret_link";
import { SignInForm } from "./SignInForm";
import { SignInPage } from "./SignInPage";

const PASSWORD = "correct horse battery";

let shown: Shown;

afterEach(() => {
  shown.end();
  leaveLink();
});

/** Opens an address as a browser does that nobody is signed in to. */
async function open(scenario: Scenario, address = "/", page = <SignInPage />): Promise<void> {
  shown = new Shown(scenario);
  history.replaceState(null, "", address);
  takeSecret();
  await shown.show(page);
  await until(() => document.querySelector("form, h1") !== null);
}

const session = () => shown.client.getQueryData(sessionQuery.queryKey);

async function signIn(name: string, password: string): Promise<void> {
  fill("Name", name);
  fill("Password", password);
  await press("Sign in");
}

describe("name and password", () => {
  test("begin a session, and nothing of them stays in the page", async () => {
    await open("signed-out");
    expect(heading()).toBe("Sign in");
    expect([field("Name")?.autocomplete, field("Password")?.autocomplete, field("Password")?.type]).toEqual(["username", "current-password", "password"]);
    expect(document.activeElement).toBe(field("Name"));
    expect(await violations()).toEqual([]);
    await signIn(" Ann ", PASSWORD);
    await until(() => session()?.actor.name === "ann");
    expect(session()?.actor.kind).toBe("user");
    expect(csrfToken()).toBe(session()?.csrf_token);
    expect(shown.sent).toEqual([{ method: "POST", path: "/api/v1/session/password", body: { name: "Ann", password: PASSWORD } }]);
    await shown.show(null);
    await until(() => shown.client.getMutationCache().getAll().length === 0);
  });

  test("that are wrong say so, without asking for a session that was never there", async () => {
    await open("signed-out");
    await signIn("ann", "wrong");
    await until(() => alertText().includes("The name or the password is wrong"));
    expect(sessionEnd.isWaiting()).toBe(false);
    expect(field("Password")?.value).toBe("wrong");
    fill("Password", PASSWORD);
    expect(alertText()).toBe("");
  });

  test("tried too often say when to go on", async () => {
    await open("signed-out");
    await signIn("often", PASSWORD);
    await until(() => alertText().includes("the next one is possible in 30 s"));
  });

  test("are a form that a server which cannot be reached keeps as it is", async () => {
    await open("signed-out");
    vi.stubGlobal("fetch", async () => { throw new TypeError("no network"); });
    await signIn("ann", PASSWORD);
    await until(() => alertText().includes("cannot be reached"));
    expect(field("Password")?.value).toBe(PASSWORD);
  });
});

describe("a one-time code", () => {
  test("is asked for once name and password are right, and has the focus", async () => {
    await open("signed-out");
    await signIn("bob", "wrong");
    await until(() => alertText() !== "");
    expect(field("One-time code")).toBeNull();
    await signIn("bob", PASSWORD);
    await until(() => field("One-time code") !== null);
    const code = field("One-time code");
    expect([code?.autocomplete, code?.inputMode, code?.required]).toEqual(["one-time-code", "numeric", true]);
    expect(document.activeElement).toBe(code);
    expect(alertText()).toBe("");
    expect(sessionEnd.isWaiting()).toBe(false);
    expect(await violations()).toEqual([]);
    fill("One-time code", "123 456");
    await press("Sign in");
    await until(() => session()?.actor.name === "bob");
    expect(shown.sent.at(-1)?.body).toEqual({ name: "bob", password: PASSWORD, code: "123456" });
  });

  test("that is wrong says so at its field, which is empty for the next one", async () => {
    await open("signed-out");
    await signIn("bob", PASSWORD);
    await until(() => field("One-time code") !== null);
    fill("One-time code", "000000");
    await press("Sign in");
    await until(() => text().includes("The one-time code is wrong"));
    expect(alertText()).toBe("");
    expect([field("One-time code")?.value, field("One-time code")?.getAttribute("aria-invalid")]).toEqual(["", "true"]);
    expect(document.activeElement).toBe(field("One-time code"));
    fill("One-time code", "123456");
    expect(field("One-time code")?.getAttribute("aria-invalid")).not.toBe("true");
    await press("Sign in");
    await until(() => session()?.actor.name === "bob");
  });

  test("goes with another name, which may need none", async () => {
    await open("signed-out");
    await signIn("bob", PASSWORD);
    await until(() => field("One-time code") !== null);
    fill("Name", "ann");
    expect(field("One-time code")).toBeNull();
    await press("Sign in");
    await until(() => session()?.actor.name === "ann");
    expect(shown.sent.at(-1)?.body).toEqual({ name: "ann", password: PASSWORD });
  });
});

describe("a token", () => {
  test("takes the place of name and password, and back", async () => {
    await open("signed-out");
    await press("Sign in with a token instead");
    expect([field("Name"), document.activeElement]).toEqual([null, field("Token")]);
    expect(await violations()).toEqual([]);
    await press("Sign in with a password instead");
    expect([field("Token"), document.activeElement]).toEqual([null, field("Name")]);
    await press("Sign in with a token instead");
    fill("Token", " cm_any ");
    await press("Sign in");
    await until(() => session()?.actor.kind === "token");
    expect(shown.sent).toEqual([{ method: "POST", path: "/api/v1/session", body: { token: "cm_any" } }]);
  });
});

describe("signing in again", () => {
  test("begins with the name of who was signed in, and the focus where something is missing", async () => {
    await open("signed-out", "/stacks", <SignInForm name="ann" />);
    expect([field("Name")?.value, document.activeElement]).toEqual(["ann", field("Password")]);
    fill("Password", PASSWORD);
    await press("Sign in");
    await until(() => session()?.actor.name === "ann");
    expect(location.pathname).toBe("/stacks");
  });

  test("begins with a token where one was used", async () => {
    await open("signed-out", "/stacks", <SignInForm byToken />);
    expect([field("Name"), document.activeElement]).toEqual([null, field("Token")]);
  });
});
