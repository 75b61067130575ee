// @vitest-environment jsdom
import { Shown, text, until } from "../../tests/shown";
import { listStacksInfiniteQueryKey, showAccountQueryKey, showStackQueryKey } from "@/api/generated/@tanstack/react-query.gen";
import type { Account } from "@/api/generated";
import { Button } from "@/ui/Button";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ReactElement } from "react";
import { useMay } from "./useMay";
import type { Operation } from "./rights";

let shown: Shown;

beforeEach(() => { shown = new Shown(); });
afterEach(() => shown.end());

function Deed({ operation, name = null }: { operation: Operation; name?: string | null }): ReactElement {
  const may = useMay();
  return <Button disabledReason={may(operation, name)}>Go</Button>;
}

const account = (grants: Account["grants"]): Account => ({ actor: { kind: "user", name: "vera", on_behalf_of: null, token_id: null }, grants, totp: false, provider: null });

const button = () => document.querySelector("button");
const reason = () => document.getElementById(button()?.getAttribute("aria-describedby") ?? "")?.textContent;

test.each<[string, Operation, string | null]>([
  ["Needs the role Operator on this stack.", "stop_stack", "web"],
  ["Needs the permission Terminal on this stack.", "open_terminal", "shop"],
  ["Needs the role Operator and the permission Terminal on this stack.", "open_terminal", "web"],
  ["Needs the role Deployer on this template.", "launch_instance", "web"],
  ["Needs the role Administrator.", "prune", null],
])("%s", async (sentence, operation, name) => {
  shown.client.setQueryData(showAccountQueryKey(), account([{ role: "viewer", permissions: [], stacks: null }, { role: "operator", permissions: ["files"], stacks: ["shop*"] }]));
  await shown.show(<Deed operation={operation} name={name} />);
  expect(button()?.getAttribute("aria-disabled")).toBe("true");
  // It can be reached with the keyboard, and is read out.
  expect(button()?.disabled).toBe(false);
  expect(reason()).toBe(sentence);
});

test("whoever was granted some stacks only is told that it takes more", async () => {
  shown.client.setQueryData(showAccountQueryKey(), account([{ role: "administrator", permissions: [], stacks: ["shop*"] }]));
  await shown.show(<Deed operation="list_images" />);
  expect(reason()).toBe("Needs the role Viewer for everything, not only for some stacks.");
});

const labelled = (name: string, labels: Record<string, string>) => ({ name, labels });

test("a grant by label is for the stacks that are known to have it", async () => {
  shown.client.setQueryData(showAccountQueryKey(), account([{ role: "viewer", permissions: [], stacks: null }, { role: "operator", permissions: [], stacks: ["team=payments"] }]));
  const refused = async (name: string) => {
    await shown.show(<Deed operation="stop_stack" name={name} />);
    return button()?.getAttribute("aria-disabled") === "true";
  };
  expect(await refused("shop"), "not known").toBe(false);
  shown.client.setQueryData(listStacksInfiniteQueryKey(), { pages: [{ items: [labelled("shop", { team: "payments" }), labelled("blog", { team: "editors" })], next: null }], pageParams: [] } as never);
  shown.client.setQueryData(showStackQueryKey({ path: { id: "1" } }), labelled("wiki", {}) as never);
  expect([await refused("shop"), await refused("blog"), await refused("wiki")]).toEqual([false, true, true]);
});

test("what is granted is offered, and so is everything until it is known what is granted", async () => {
  await shown.show(<Deed operation="prune" />);
  expect(button()?.hasAttribute("aria-disabled")).toBe(false);
  await until(() => shown.client.getQueryData(showAccountQueryKey()) !== undefined);
  expect(button()?.hasAttribute("aria-disabled")).toBe(false);
  expect(text()).toBe("Go");
});
