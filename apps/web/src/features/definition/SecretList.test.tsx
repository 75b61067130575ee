// @vitest-environment jsdom
import { useState, type ReactElement } from "react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dialog, field, fill, press, Shown, text, until, violations } from "../../../tests/shown";
import { toDefinition, toLint, untouched, type Draft, type Snapshot } from "./draft";
import { SecretList } from "./SecretList";

const SNAPSHOT: Snapshot = { version: 1, files: {}, composeFiles: [], variables: {}, secrets: {} };

let shown: Shown;
let draft: Draft;

beforeEach(() => {
  shown = new Shown();
  draft = untouched(1);
});
afterEach(() => shown.end());

function Edited({ named }: { named: readonly string[] | null }): ReactElement {
  const [now, setNow] = useState(draft);
  return <SecretList snapshot={SNAPSHOT} draft={now} named={named} onChange={(next) => { draft = next; setNow(next); }} />;
}

const sent = () => toDefinition(SNAPSHOT, draft, "").secret_variables;

test("a secret variable has the value of a named secret that is chosen", async () => {
  await shown.show(<Edited named={["db-password", "smtp"]} />);
  await press("New secret");
  fill("Name", "MAIL_PASSWORD");
  fill("Value", "named");
  expect(field("Named secret")?.value).toBe("db-password");
  fill("Named secret", "smtp");
  expect(await violations()).toEqual([]);
  await press("Use when saved");
  await until(() => dialog() === null);
  expect(sent()).toEqual({ MAIL_PASSWORD: { secret: "smtp" } });
  expect(toLint(SNAPSHOT, draft).secret_variables).toEqual({ MAIL_PASSWORD: { keep: true } });
  expect(text()).toContain("named secret smtp when saved");
});

test.each([
  [null, "You may not see which named secrets there are"],
  [[], "There is no named secret that this stack may use yet"],
])("where none can be chosen, of %j, its name is typed", async (named, help) => {
  await shown.show(<Edited named={named} />);
  await press("New secret");
  fill("Name", "KEY");
  fill("Value", "named");
  expect(text()).toContain(help);
  fill("Named secret", "no name");
  await press("Use when saved");
  await until(() => field("Named secret")?.getAttribute("aria-invalid") === "true");
  fill("Named secret", "db-password");
  await press("Use when saved");
  await until(() => dialog() === null);
  expect(sent()).toEqual({ KEY: { secret: "db-password" } });
});
