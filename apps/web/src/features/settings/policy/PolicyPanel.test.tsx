// @vitest-environment jsdom
import type { Policy } from "@/api/generated";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { alertText, choose, dialog, field, fill, press, Shown, text, until, violations } from "../../../../tests/shown";
import { PolicyPanel } from "./PolicyPanel";

let shown: Shown;

beforeEach(() => {
  shown = new Shown();
});

afterEach(() => shown.end());

async function open(): Promise<void> {
  await shown.show(<PolicyPanel />);
  await until(() => document.querySelector("[role=status]") === null && (field("Stack")?.textContent ?? "") !== "");
}

const stored = async (): Promise<Policy> => (await (await shown.answer("/api/v1/policy")).json()) as Policy;

/** Somebody else makes everything locked. */
async function replacedByAnother(): Promise<void> {
  const { revision } = await stored();
  const body = JSON.stringify({ revision, rules: [{ preset: "locked" }] });
  expect((await shown.answer("/api/v1/policy", { method: "PUT", headers: { "Content-Type": "application/json" }, body })).status).toBe(200);
}

const rules = () => [...document.querySelectorAll("ol > li")].map((one) => one.textContent ?? "");
const puts = () => shown.sent.filter(({ method }) => method === "PUT");

/** By its name, as the list of the browser has it. */
function pick(label: string, name: string): void {
  const option = [...(field(label)?.querySelectorAll("option") ?? [])].find((one) => one.textContent === name);
  if (option === undefined) throw new Error(`${label} has no ${name}`);
  fill(label, option.value);
}

describe("the list", () => {
  test("says of each rule who it is for, in which stacks, and what it allows", async () => {
    await open();
    expect(rules()).toHaveLength(4);
    expect(rules()[0]).toMatch(/Administrator.*in every stack.*Open.*Whoever has it has the host/);
    expect(rules()[1]).toMatch(/Operator, Deployer.*in the stacks.*photos.*media-\*.*Careful.*Instead of the preset, it allows.*Files and folders of the host:.*\/srv\/photos.*Devices:.*\/dev\/dri\/\*.*Addresses for ports:nothing/);
    expect(rules()[3]).toMatch(/Everybody.*in every stack.*Careful/);
    expect(await violations()).toEqual([]);
  });

  test("is a sentence for those who may not see it, and nothing to press", async () => {
    const problem = { code: "forbidden", detail: "", errors: [], warnings: [], hint: null, message: { code: "foreign", messages: {}, params: {}, text: "no" }, status: 403, title: "", type: "" };
    vi.stubGlobal("fetch", async () => Response.json(problem, { status: 403 }));
    await shown.show(<PolicyPanel />);
    await until(() => text().includes("Only administrators see the policy"));
    expect(document.querySelector("button")).toBeNull();
  });
});

describe("a change", () => {
  test("adds a rule as it was described, and counts once it is saved", async () => {
    await open();
    await press("Add a rule");
    expect(await violations()).toEqual([]);
    await choose("Deployer");
    fill("Stacks", "proxy-*, shop");
    await choose("Locked");
    await press("Add an exception");
    pick("What it is about", "Ports of the host");
    expect(text()).toContain("ranges such as 1024-65535");
    fill("Allowed values", "80\n443\n\n80");
    await press("Add the rule");
    await until(() => dialog() === null);
    expect(rules()[4]).toMatch(/Deployer.*proxy-\*.*shop.*Locked.*Ports of the host:.*80.*443.*It never decides/);
    expect(puts()).toEqual([]);
    await press("Move rule 5 up");
    await press("Move rule 4 up");
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Move rule 3 up");
    expect(rules()[2]).not.toContain("It never decides");
    await press("Save");
    await until(() => !text().includes("unsaved changes"));
    const { revision, rules: saved } = await stored();
    expect(revision).toBe(4);
    expect(saved[2]).toEqual({ roles: ["deployer"], stacks: ["proxy-*", "shop"], preset: "locked", allow: [{ what: "ports", values: ["80", "443"] }] });
    expect(document.activeElement?.textContent).toBe("Add a rule");
    expect(rules()[2]).toContain("proxy-*");
  });

  test("waits while somebody is elsewhere", async () => {
    await open();
    await press("Remove rule 1");
    await shown.show(null);
    await shown.show(<PolicyPanel />);
    expect(rules()).toHaveLength(3);
    expect(text()).toContain("There are unsaved changes");
  });

  test("is discarded, and is none if everything is as before", async () => {
    await open();
    await press("Remove rule 1");
    expect(rules()).toHaveLength(3);
    expect(document.activeElement?.textContent).toBe("Add a rule");
    await press("Discard");
    expect(rules()).toHaveLength(4);
    await press("Move rule 1 down");
    expect(text()).toContain("There are unsaved changes");
    await press("Move rule 2 up");
    expect(text()).not.toContain("There are unsaved changes");
  });

  test("edits a rule, and a value that cannot be one is named", async () => {
    await open();
    await press("Edit rule 2");
    expect(field("Stacks")?.value).toBe("photos, media-*");
    await press("Remove exception 3");
    await press("Remove exception 2");
    fill("Allowed values", "srv");
    await press("Change the rule");
    await press("Save");
    await until(() => alertText().includes("Rule 2 has srv for binds, which cannot be one"));
    expect(alertText()).toContain("Write an absolute path");
    await press("Edit rule 2");
    fill("Allowed values", "/srv");
    await press("Change the rule");
    expect(alertText()).toBe("");
    await press("Save");
    await until(() => !text().includes("unsaved changes"));
    expect((await stored()).rules[1]?.allow).toEqual([{ what: "binds", values: ["/srv"] }]);
  });

  test("of a policy that somebody else has replaced is not saved, and the new one can be loaded", async () => {
    await open();
    await press("Remove rule 4");
    await replacedByAnother();
    await press("Save");
    await until(() => alertText().includes("Somebody else has replaced the policy"));
    expect((await stored()).revision).toBe(4);
    expect(await violations()).toEqual([]);
    await press("Discard mine and load it again");
    await until(() => rules().length === 1);
    expect(rules()[0]).toMatch(/Everybody.*Locked/);
    expect(alertText()).toBe("");
  });
});

describe("a trial", () => {
  test("lists what is not allowed, with the policy that counts now", async () => {
    await open();
    pick("Role", "Viewer");
    pick("Stack", "git");
    await press("Try the policy");
    await until(() => alertText().includes("Viewer, git:"));
    expect(alertText()).toContain("Tried with the policy that counts now.");
    expect(text()).toMatch(/The policy does not allow forgejo the port 22|The policy does not allow forgejo the image codeberg.org\/forgejo\/forgejo:9.0.3/);
    expect(text()).toContain("allow it in the policy under images");
    expect(text()).toContain("services.forgejo.image");
    expect(await violations()).toEqual([]);
  });

  test("is about the unsaved changes if there are some", async () => {
    await open();
    pick("Role", "Deployer");
    pick("Stack", "shop");
    await press("Try the policy");
    await until(() => alertText().includes("Deployer, shop: 2 things are not allowed"));
    await press("Remove rule 4");
    // It was about other rules.
    expect(alertText()).toBe("");
    await press("Edit rule 3");
    await choose("Viewer");
    await choose("Open");
    await press("Change the rule");
    await press("Try the changed policy");
    await until(() => text().includes("Deployer, shop: everything is allowed"));
    expect(text()).toContain("Tried with your unsaved changes.");
    expect(shown.sent.at(-1)?.body).toMatchObject({ role: "deployer", rules: [{}, {}, { preset: "open", roles: [] }] });
  });
});
