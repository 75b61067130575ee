// @vitest-environment jsdom
import { showAccountQueryKey } from "@/api/generated/@tanstack/react-query.gen";
import type { Grant, StackDetails, StackListItem } from "@/api/generated";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dialog, field, fill, press, Shown, text, until, violations } from "../../../../tests/shown";
import { LabelsPanel } from "./LabelsPanel";
import { MOST_LABELS, parseLabels } from "./labels";

let shown: Shown;

beforeEach(() => { shown = new Shown(); });
afterEach(() => shown.end());

const problemOf = (typed: string) => {
  const read = parseLabels(typed);
  return "problem" in read ? [read.problem.kind, read.problem.text] : null;
};

async function stackNamed(name: string): Promise<StackDetails> {
  const { items } = (await (await shown.answer(`/api/v1/stacks?name=${name}`)).json()) as { items: StackListItem[] };
  return (await (await shown.answer(`/api/v1/stacks/${items[0]?.stack_id}`)).json()) as StackDetails;
}

async function open(name: string, grants: Grant[] = [{ role: "administrator", permissions: [], stacks: null }]): Promise<void> {
  shown.client.setQueryData(showAccountQueryKey(), { actor: { kind: "user", name: "ann", on_behalf_of: null, token_id: null }, grants, totp: false });
  await shown.show(<LabelsPanel stack={await stackNamed(name)} />);
}

const problemShown = () => document.getElementById(field("Labels")?.getAttribute("aria-describedby")?.split(" ").at(-1) ?? "")?.textContent ?? "";

describe("what is typed", () => {
  test("is one label per line", () => {
    expect(parseLabels("\n team = payments \nexample.com/tier=1_a-B.\nempty=\n")).toEqual({ labels: { team: "payments", "example.com/tier": "1_a-B.", empty: "" } });
    expect(parseLabels(" \n")).toEqual({ labels: {} });
  });

  test.each([
    ["team", "form", "team"],
    ["Team=a", "key", "Team"],
    ["=a", "key", ""],
    ["-team=a", "key", "-team"],
    ["team/=a", "key", "team/"],
    [`${"a".repeat(64)}=a`, "key", "a".repeat(64)],
    ["team=a b", "value", "a b"],
    ["team=a=b", "value", "a=b"],
    [`team=${"a".repeat(64)}`, "value", "a".repeat(64)],
    ["team=a\nteam=b", "twice", "team"],
  ])("%j is refused", (typed, kind, about) => {
    expect(problemOf(typed)).toEqual([kind, about]);
  });

  test("has an end", () => {
    const lines = Array.from({ length: MOST_LABELS + 1 }, (_, at) => `k${at}=`);
    expect(problemOf(lines.slice(1).join("\n"))).toBeNull();
    expect(problemOf(lines.join("\n"))).toEqual(["many", "33"]);
    expect(problemOf(`${"a".repeat(63)}=${"b".repeat(63)}`)).toBeNull();
  });
});

describe("the labels of a stack", () => {
  test("are shown, and changed by an administrator", async () => {
    await open("shop");
    expect([...document.querySelectorAll("li")].map((one) => one.textContent)).toEqual(["stage=production", "team=payments"]);
    await press("Change the labels…");
    expect(field("Labels")?.value).toBe("stage=production\nteam=payments");
    expect(await violations()).toEqual([]);
    fill("Labels", "team=Web Shop");
    await press("Save");
    await until(() => field("Labels")?.getAttribute("aria-invalid") === "true");
    expect(problemShown()).toContain("“Web Shop” cannot be a value");
    expect(shown.sent).toEqual([]);
    fill("Labels", "team=web\ncost-center=4");
    expect(field("Labels")?.getAttribute("aria-invalid")).toBeNull();
    await press("Save");
    await until(() => dialog() === null);
    expect(shown.sent).toEqual([{ method: "PUT", path: expect.stringMatching(/^\/api\/v1\/stacks\/[^/]+\/labels$/), body: { labels: { team: "web", "cost-center": "4" } } }]);
    expect((await stackNamed("shop")).labels).toEqual({ team: "web", "cost-center": "4" });
  });

  test("that are saved as they were are not sent", async () => {
    await open("shop");
    await press("Change the labels…");
    await press("Save");
    await until(() => dialog() === null);
    expect(shown.sent).toEqual([]);
  });

  test("are not changed by others, who are told why", async () => {
    await open("wiki", [{ role: "deployer", permissions: [], stacks: null }]);
    expect(text()).toContain("This stack has no labels.");
    const button = document.querySelector("button");
    expect(button?.getAttribute("aria-disabled")).toBe("true");
    expect(document.getElementById(button?.getAttribute("aria-describedby") ?? "")?.textContent).toBe("Needs the role Administrator on this stack.");
    expect(await violations()).toEqual([]);
  });
});
