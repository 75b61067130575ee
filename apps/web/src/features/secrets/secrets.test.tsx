// @vitest-environment jsdom
import { showAccountQueryKey } from "@/api/generated/@tanstack/react-query.gen";
import type { Grant, NamedSecret } from "@/api/generated";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { alertText, choose, dialog, field, fill, press, Shown, text, until, violations } from "../../../tests/shown";
import { act } from "react";
import { changeOf, draftOf, generated } from "./draft";
import { SecretPage } from "./SecretPage";
import { SecretsPage } from "./SecretsPage";

let shown: Shown;

beforeEach(() => { shown = new Shown(); });
afterEach(() => shown.end());

async function open(address: string, grants: Grant[] = [{ role: "administrator", permissions: [], stacks: null }]): Promise<void> {
  shown.client.setQueryData(showAccountQueryKey(), { actor: { kind: "user", name: "ann", on_behalf_of: null, token_id: null }, grants, totp: false });
  const root = createRootRoute();
  const all = createRoute({ getParentRoute: () => root, path: "/secrets", component: SecretsPage });
  const one = createRoute({ getParentRoute: () => root, path: "/secrets/$secret", component: SecretPage });
  const router = createRouter({ routeTree: root.addChildren([all, one]), history: createMemoryHistory({ initialEntries: [address] }) });
  await router.load();
  await shown.show(<RouterProvider router={router as never} />);
  await until(() => document.querySelector("h1") !== null && document.querySelector("[role=status][aria-label]") === null);
}

async function list(): Promise<NamedSecret[]> {
  return ((await (await shown.answer("/api/v1/secrets")).json()) as { items: NamedSecret[] }).items;
}

async function menu(name: string, entry: string): Promise<void> {
  await press(`Actions for ${name}`);
  await until(() => document.querySelector("[role=menuitem]") !== null);
  const found = [...document.querySelectorAll<HTMLElement>("[role=menuitem]")].find((one) => one.textContent?.startsWith(entry) === true);
  await act(async () => found?.click());
  await until(() => dialog() !== null);
}

const reasonOf = (label: string): string => {
  const found = [...document.querySelectorAll("button")].find((one) => (one.getAttribute("aria-label") ?? one.textContent) === label);
  return document.getElementById(found?.getAttribute("aria-describedby") ?? "")?.textContent ?? "";
};

describe("the list", () => {
  test("says of each secret what it is for and who uses it, and no value", async () => {
    await open("/secrets");
    const rows = [...document.querySelectorAll("tbody tr")].map((row) => row.textContent);
    expect(rows[0]).toMatch(/db-password.*Password of the shared database.*shop.*wiki.*v3/);
    expect(rows[2]).toMatch(/smtp.*not used.*v1/);
    expect(text()).not.toContain("third-value");
    expect(await violations()).toEqual([]);
  });

  test("makes a new one, for some stacks", async () => {
    await open("/secrets");
    await press("New secret");
    expect(await violations()).toEqual([]);
    fill("Name", "api-key");
    fill("Value", "a value");
    fill("What it is for", " the shop ");
    await choose("Only some stacks");
    fill("Names of the stacks", "shop, preview-*\nshop");
    await press("Create the secret");
    await until(() => dialog() === null);
    expect(shown.sent.at(-1)).toEqual({ method: "POST", path: "/api/v1/secrets", body: { name: "api-key", value: "a value", description: "the shop", stacks: ["shop", "preview-*"] } });
    expect((await list()).map(({ name }) => name)).toEqual(["api-key", "db-password", "registry-ca.pem", "smtp"]);
  });

  test("says why a name is refused, and keeps what was typed", async () => {
    await open("/secrets");
    await press("New secret");
    fill("Name", "smtp");
    fill("Value", "a value");
    await press("Create the secret");
    await until(() => alertText() !== "");
    expect(alertText()).toContain("already a secret");
    expect(field("Value")?.value).toBe("a value");
  });
});

describe("a secret", () => {
  test("gets a new value, and says whose plans will change", async () => {
    await open("/secrets/db-password");
    await press("New value…");
    expect(text()).toMatch(/What runs keeps the old value.*shop.*wiki/);
    await press("Generate a value");
    const value = field("Value")?.value ?? "";
    expect(value).toMatch(/^[A-Za-z0-9]{36}$/);
    await press("Save version 4");
    await until(() => dialog() === null);
    expect(shown.sent.at(-1)).toEqual({ method: "POST", path: "/api/v1/secrets/db-password/versions", body: { value } });
    await until(() => text().includes("v4"));
  });

  test("shows its value only once that is asked for", async () => {
    await open("/secrets/db-password");
    await press("Show the value of version 2");
    expect(text()).toContain("The audit records");
    expect(text()).not.toContain("second-value");
    await press("Show");
    await until(() => text().includes("second-value"));
    expect(await violations()).toEqual([]);
    await press("Close");
    expect(document.body.textContent).not.toContain("second-value");
    expect(JSON.stringify(shown.client.getQueryCache().getAll().map(({ state }) => state.data))).not.toContain("second-value");
  });

  test("that is used is not deleted, and names the stacks", async () => {
    await open("/secrets/db-password");
    await menu("db-password", "Delete");
    expect(text()).toMatch(/cannot be deleted.*shop.*wiki/);
    await press("Delete");
    expect(shown.sent).toEqual([]);
  });

  test("that nothing uses is deleted once that is confirmed", async () => {
    await open("/secrets/smtp");
    await menu("smtp", "Delete");
    expect(await violations()).toEqual([]);
    await press("Delete");
    await until(() => dialog() === null);
    expect((await list()).some(({ name }) => name === "smtp")).toBe(false);
  });

  test("is described anew", async () => {
    await open("/secrets/registry-ca.pem");
    await menu("registry-ca.pem", "Change");
    expect(field("Names of the stacks")?.value).toBe("shop\npreview-*");
    await choose("All stacks may use it");
    fill("What it is for", "Trusted everywhere");
    await press("Save");
    await until(() => dialog() === null);
    expect(shown.sent.at(-1)).toEqual({ method: "PATCH", path: "/api/v1/secrets/registry-ca.pem", body: { description: "Trusted everywhere", stacks: ["*"] } });
  });

  test("says what it takes to change it and to see its value", async () => {
    await open("/secrets/db-password", [{ role: "operator", permissions: [], stacks: null }]);
    expect(reasonOf("New value…")).toBe("Needs the role Deployer.");
    expect(reasonOf("Show the value of version 3")).toBe("Needs the permission Secrets.");
    await press("Show the value of version 3");
    expect(dialog()).toBeNull();
  });
});

test("a form asks for what it shows", () => {
  expect(changeOf(draftOf({ description: "a", stacks: ["*", "shop"] }))).toEqual({ description: "a", stacks: ["*"] });
  expect(changeOf(draftOf({ description: "", stacks: ["shop", "wiki-*"] }))).toEqual({ description: "", stacks: ["shop", "wiki-*"] });
  expect(new Set(Array.from({ length: 20 }, generated)).size).toBe(20);
});
