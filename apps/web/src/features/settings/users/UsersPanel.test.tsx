// @vitest-environment jsdom
import type { User } from "@/api/generated";
import { readSession, sessionQuery } from "@/features/session/api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { alertText, choose, dialog, field, fill, press, Shown, text, until, violations } from "../../../../tests/shown";
import { UsersPanel } from "./UsersPanel";

let shown: Shown;

beforeEach(async () => {
  shown = new Shown();
  shown.client.setQueryData(sessionQuery.queryKey, await readSession());
});

afterEach(() => shown.end());

async function open(): Promise<void> {
  await shown.show(<UsersPanel />);
  await until(() => document.querySelector("[role=status]") === null);
}

async function list(): Promise<User[]> {
  return ((await (await shown.answer("/api/v1/users")).json()) as { items: User[] }).items;
}

const row = (name: string) => [...document.querySelectorAll("li")].find((one) => one.querySelector("strong")?.textContent === name)?.textContent ?? "";

describe("the list", () => {
  test("says of each user what they may do, and whether they can sign in", async () => {
    await open();
    expect(row("ann")).toMatch(/Administrator.*For everything.*Last signed in 55 minutes ago.*Without one-time codes/);
    expect(row("bob")).toMatch(/Deployer.*For the stacks.*shop.*preview-\*.*Permissions:.*Files.*Viewer.*For everything.*With one-time codes/);
    expect(row("eve@example.com")).toMatch(/invited.*Operator.*Never signed in.*Invitation ends in \d days/);
    expect(row("paul")).toMatch(/invitation has run out.*Invitation ended 4 days ago/);
    expect(await violations()).toEqual([]);
  });

  test("says where somebody comes from, who then has neither an invitation nor an access to change", async () => {
    const body = JSON.stringify({ code: "mock", state: "mock" });
    shown.end();
    shown = new Shown("provider");
    await shown.answer("/api/v1/session/oidc/code", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    // Who comes from there may not see the list; somebody else does.
    await shown.answer("/api/v1/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: "cm_any" }) });
    await open();
    expect(row("zoe")).toMatch(/Operator.*Last signed in.*Comes from https:\/\/id\.example\.org\/realms\/home/);
    expect(row("zoe")).not.toMatch(/invited|Change access|Invite again|one-time codes/);
    expect(row("zoe")).toContain("Remove");
    expect(row("ann")).not.toContain("Comes from");
    expect(await violations()).toEqual([]);
  });

  test("is a sentence for those who may not see it, and nothing to press", async () => {
    const problem = { code: "forbidden", detail: "", errors: [], warnings: [], hint: null, message: { code: "foreign", messages: {}, params: {}, text: "no" }, status: 403, title: "", type: "" };
    vi.stubGlobal("fetch", async () => Response.json(problem, { status: 403 }));
    await open();
    expect(text()).toContain("Only administrators see the users");
    expect(document.querySelector("button")).toBeNull();
  });
});

describe("an invitation", () => {
  test("has a link that is shown once, with which a password can be chosen", async () => {
    await open();
    await press("Invite a user");
    expect(await violations()).toEqual([]);
    fill("Name", "Zoe");
    await choose("Operator");
    await choose("Only some stacks");
    fill("Names or labels of the stacks", "shop-*, team=payments");
    await press("Invite");
    await until(() => text().includes("will not be shown again"));
    const link = new URL(field("Link of the invitation")?.value ?? "");
    expect([link.origin, link.pathname]).toEqual([location.origin, "/invitation"]);
    expect((await list()).find(({ name }) => name === "zoe")).toMatchObject({ accepted: false, grants: [{ role: "operator", permissions: [], stacks: ["shop-*", "team=payments"] }] });
    await press("Done");
    await until(() => dialog() === null && row("zoe") !== "");
    expect(document.body.innerHTML).not.toContain(link.hash);
    await until(() => shown.client.getMutationCache().getAll().length === 0);
    const body = JSON.stringify({ invitation: link.hash.slice(1), password: "correct horse battery" });
    const accepted = await shown.answer("/api/v1/invitations/accept", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    expect(accepted.status).toBe(201);
  });

  test("for a name that is taken says so at the field", async () => {
    await open();
    await press("Invite a user");
    fill("Name", "ANN");
    await press("Invite");
    await until(() => field("Name")?.getAttribute("aria-invalid") === "true");
    expect(text()).toContain("There is a user of this name already");
    expect(document.activeElement).toBe(field("Name"));
    expect(alertText()).toBe("");
  });

  test("is renewed after a question", async () => {
    await open();
    await press("Invite again: paul");
    expect(text()).toContain("An earlier link stops working at once");
    await press("Invite again");
    await until(() => field("Link of the invitation") !== null);
    expect(field("Link of the invitation")?.value).toMatch(/\/invitation#cmi_[\w-]{43}$/);
    await press("Done");
    await until(() => row("paul").includes("Invitation ends in"));
  });
});

describe("what a user may do", () => {
  test("is changed, one access of several at a time", async () => {
    await open();
    await press("Change access of bob");
    expect(text()).toMatch(/Access 1[^]*Access 2/);
    expect(await violations()).toEqual([]);
    await press("Remove access 1");
    expect(text()).not.toContain("Access 1");
    await choose("Operator");
    await press("Save");
    await until(() => dialog() === null);
    expect((await list()).find(({ name }) => name === "bob")?.grants).toEqual([{ role: "operator", permissions: [], stacks: null }]);
    await until(() => row("bob").includes("Operator"));
  });

  test("is not taken from the last administrator", async () => {
    await open();
    await press("Change access of ann");
    await choose("Viewer");
    await press("Save");
    await until(() => alertText().includes("This is the last user who can sign in and is an administrator"));
    await choose("Administrator");
    expect(alertText()).toBe("");
  });
});

test("a user is removed after a question", async () => {
  await open();
  await press("Remove bob");
  expect(text()).toContain("Their sessions end at once");
  await press("Remove");
  await until(() => dialog() === null && row("bob") === "");
  expect((await list()).map(({ name }) => name)).toEqual(["ann", "eve@example.com", "paul"]);
});
