// @vitest-environment jsdom
import { listStacks, signInWithPassword, type ActorKind, type Session } from "@/api/generated";
import { settleSignIn } from "@/api/signed_out";
import { act } from "react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { alertText, dialog, field, fill, press, Shown, text, until } from "../../../tests/shown";
import { sessionQuery } from "./api";
import { SignInAgain } from "./SignInAgain";

let shown: Shown;

beforeEach(() => {
  shown = new Shown();
});

afterEach(() => {
  act(() => settleSignIn(false));
  shown.end();
});

/** The session of this page ends behind its back. */
async function sessionOf(kind: ActorKind, name: string): Promise<void> {
  shown.client.setQueryData(sessionQuery.queryKey, { actor: { kind, name, on_behalf_of: null, token_id: null }, session_id: "former" } as Session);
  await shown.show(<SignInAgain />);
  await shown.answer("/__mock/end-session");
}

test("a user whose session has ended types the password, and the request goes on", async () => {
  await sessionOf("user", "ann");
  const stacks = listStacks({ throwOnError: true });
  await until(() => field("Password") !== null);
  expect(text()).toContain("Your session has ended");
  expect(field("Name")?.value).toBe("ann");
  fill("Password", "wrong");
  await press("Sign in");
  await until(() => alertText() !== "");
  fill("Password", "correct horse battery");
  await press("Sign in");
  expect((await act(() => stacks)).data.items.length).toBeGreaterThan(0);
  await until(() => dialog() === null);
});

test("the holder of a token is asked for a token, and can sign in as a user all the same", async () => {
  await sessionOf("token", "admin");
  const stacks = listStacks({ throwOnError: true });
  await until(() => field("Token") !== null);
  await press("Sign in with a password instead");
  expect(field("Name")?.value).toBe("");
  act(() => settleSignIn(false));
  await expect(stacks).rejects.toThrow();
});

test("a name and a password that are refused are no end of a session", async () => {
  const refused = signInWithPassword({ body: { name: "ann", password: "wrong" }, throwOnError: true });
  await expect(refused).rejects.toMatchObject({ code: "sign-in-refused" });
});
