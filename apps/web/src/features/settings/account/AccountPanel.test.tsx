// @vitest-environment jsdom
import { signInWithProvider } from "@/api/generated";
import { signInAs } from "@/features/session/sign_in";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { alertText, dialog, field, fill, press, Shown, text, until, violations } from "../../../../tests/shown";
import { AccountPanel } from "./AccountPanel";

const PASSWORD = "correct horse battery";

let shown: Shown;

beforeEach(() => {
  shown = new Shown();
});

afterEach(() => shown.end());

async function openAs(name: string | null, code: string | null = null): Promise<void> {
  if (name !== null) await signInAs({ name, password: PASSWORD, code });
  await shown.show(<AccountPanel />);
  await until(() => document.querySelector("[role=status]") === null);
}

test("the holder of a token has no password to change", async () => {
  await openAs(null);
  expect(text()).toMatch(/signed in with the token admin.*Administrator/);
  expect(document.querySelector("button")).toBeNull();
});

test("who comes from a provider has nothing to change here", async () => {
  shown.end();
  shown = new Shown("provider");
  await signInWithProvider({ body: { code: "mock", state: "mock" }, throwOnError: true });
  await openAs(null);
  expect(text()).toMatch(/signed in as zoe.*You sign in with the provider https:\/\/id\.example\.org.*changed there/);
  expect(document.querySelector("button")).toBeNull();
  expect(await violations()).toEqual([]);
});

describe("the password", () => {
  test("is changed with the one so far", async () => {
    await openAs("ann");
    await press("Change the password…");
    expect(await violations()).toEqual([]);
    fill("Password so far", "wrong");
    fill("New password", "a few words of my own");
    await press("Change the password");
    await until(() => field("Password so far")?.getAttribute("aria-invalid") === "true");
    expect(alertText()).toBe("");
    fill("Password so far", PASSWORD);
    await press("Change the password");
    await until(() => dialog() === null);
    await expect(signInAs({ name: "ann", password: PASSWORD, code: null })).rejects.toMatchObject({ code: "sign-in-refused" });
    await expect(signInAs({ name: "ann", password: "a few words of my own", code: null })).resolves.toMatchObject({ actor: { name: "ann" } });
  });

  test("that is too easy to guess is refused at its field", async () => {
    await openAs("ann");
    await press("Change the password…");
    fill("Password so far", PASSWORD);
    fill("New password", "annannannann");
    await press("Change the password");
    await until(() => text().includes("The password is easy to guess"));
    expect(document.activeElement).toBe(field("New password"));
  });
});

describe("one-time codes", () => {
  test("are set up with a secret and a code of it, and signing in takes one", async () => {
    await openAs("ann");
    await press("Set up one-time codes…");
    await until(() => text().includes("otpauth://totp/"));
    expect(text()).toContain("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    expect(await violations()).toEqual([]);
    fill("One-time code", "000000");
    fill("Your password", PASSWORD);
    await press("Switch on");
    await until(() => field("One-time code")?.getAttribute("aria-invalid") === "true");
    fill("One-time code", "123 456");
    await press("Switch on");
    await until(() => dialog() === null && text().includes("takes a one-time code"));
    await expect(signInAs({ name: "ann", password: PASSWORD, code: null })).rejects.toMatchObject({ code: "code-needed" });
  });

  test("are switched off with the password", async () => {
    await openAs("bob", "123456");
    await press("Switch off one-time codes…");
    fill("Your password", PASSWORD);
    await press("Switch off");
    await until(() => dialog() === null && text().includes("takes the password alone"));
    await expect(signInAs({ name: "bob", password: PASSWORD, code: null })).resolves.toMatchObject({ actor: { name: "bob" } });
  });
});
