// @vitest-environment jsdom
import type { User } from "@/api/generated";
import { act } from "react";
import { afterEach, describe, expect, test } from "vitest";
import { alertText, field, fill, heading, press, Shown, text, until, violations } from "../../../tests/shown";
import type { Scenario } from "../../../mock/world";
import { sessionQuery } from "./api";
import { leaveLink, takeSecret } from "./secret_link";
import { SignInPage } from "./SignInPage";

const PASSWORD = "correct horse battery";

let shown: Shown;

afterEach(() => {
  shown.end();
  leaveLink();
});

/** Opens an address as a browser does that nobody is signed in to. */
async function open(scenario: Scenario, address = "/"): Promise<void> {
  shown = new Shown(scenario);
  history.replaceState(null, "", address);
  takeSecret();
  await shown.show(<SignInPage />);
  await until(() => document.querySelector("form, h1") !== null);
}

const session = () => shown.client.getQueryData(sessionQuery.queryKey);

describe("the first user", () => {
  test("is created with the token of the address, which is in no address afterwards", async () => {
    await open("set-up", "/setup#cms_mock");
    expect([location.hash, location.pathname]).toEqual(["", "/setup"]);
    expect(heading()).toBe("Create the first user");
    expect([field("Setup token")?.value, document.activeElement]).toEqual(["cms_mock", field("Name")]);
    expect(await violations()).toEqual([]);
    fill("Name", "zoe");
    fill("Password", "a few words of my own");
    await press("Create the first user");
    await until(() => session()?.actor.name === "zoe");
    expect(location.pathname).toBe("/");
    const { items } = (await (await shown.answer("/api/v1/users")).json()) as { items: User[] };
    expect(items).toMatchObject([{ name: "zoe", grants: [{ role: "administrator", stacks: null }] }]);
    expect(await (await shown.answer("/api/v1/setup")).json()).toEqual({ open: false });
  });

  test("is offered on every page, beside the way in by a token", async () => {
    await open("set-up", "/stacks");
    expect([heading(), document.activeElement]).toEqual(["Create the first user", field("Setup token")]);
    await press("Sign in with a token instead");
    expect([heading(), field("Setup token")]).toEqual(["Sign in", null]);
    await press("Create the first user instead");
    expect(heading()).toBe("Create the first user");
  });

  test.each([
    ["Setup token", { token: "cms_other" }, "It is not valid"],
    ["Name", { name: "a b" }, "name is no name for a user"],
    ["Password", { password: "zoezoezoezoe" }, "The password is easy to guess"],
  ])("says at the field %s why it is refused", async (label, part, words) => {
    const typed = { token: "cms_mock", name: "zoe", password: PASSWORD, ...part };
    await open("set-up", "/setup");
    fill("Setup token", typed.token);
    fill("Name", typed.name);
    fill("Password", typed.password);
    await press("Create the first user");
    await until(() => field(label)?.getAttribute("aria-invalid") === "true");
    expect(text()).toContain(words);
    expect(alertText()).toBe("");
    expect(document.activeElement).toBe(field(label));
    expect(await violations()).toEqual([]);
  });

  test("that is there already is said, with the form to sign in", async () => {
    await open("signed-out", "/setup#cms_mock");
    expect([heading(), location.hash]).toEqual(["Sign in", ""]);
    expect(text()).toContain("There is a first user already");
    fill("Name", "ann");
    fill("Password", PASSWORD);
    await press("Sign in");
    await until(() => session()?.actor.name === "ann");
    expect(location.pathname).toBe("/");
  });
});

describe("an invitation", () => {
  test("is accepted with a password, and its secret is in no address afterwards", async () => {
    await open("signed-out", "/invitation#cmi_mock");
    expect([location.hash, location.pathname, heading()]).toEqual(["", "/invitation", "Choose your password"]);
    expect([field("Password")?.autocomplete, document.activeElement]).toEqual(["new-password", field("Password")]);
    expect(document.body.innerHTML).not.toContain("cmi_");
    expect(await violations()).toEqual([]);
    fill("Password", "a few words of my own");
    await press("Set the password");
    await until(() => session()?.actor.name === "eve@example.com");
    expect(location.pathname).toBe("/");
    expect(shown.sent).toEqual([{ method: "POST", path: "/api/v1/invitations/accept", body: { invitation: "cmi_mock", password: "a few words of my own" } }]);
  });

  test("says of a password that is too weak why, at its field, and then takes another one", async () => {
    await open("signed-out", "/invitation#cmi_mock");
    fill("Password", "too short");
    await act(async () => { document.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })); });
    await until(() => text().includes("it takes at least 12 characters"));
    expect(document.activeElement).toBe(field("Password"));
    fill("Password", PASSWORD);
    await press("Set the password");
    await until(() => session()?.actor.kind === "user");
  });

  test("that has run out says so, and who can help", async () => {
    await open("signed-out", "/invitation#cmi_late");
    fill("Password", PASSWORD);
    await press("Set the password");
    await until(() => alertText().includes("It is not valid"));
    expect(alertText()).toContain("An administrator can invite you again");
  });

  test("whose secret is gone asks for the link once more, and takes it", async () => {
    await open("signed-out", "/invitation");
    expect(text()).toContain("The address has no invitation in it any more");
    expect(field("Password")).toBeNull();
    act(() => {
      history.replaceState(null, "", "/invitation#cmi_mock");
      takeSecret();
    });
    expect(field("Password")).not.toBeNull();
  });
});

test("a fragment of any other page is left alone", async () => {
  await open("signed-out", "/settings#tokens");
  expect(location.hash).toBe("#tokens");
});
