// @vitest-environment jsdom
// What the browser remembers is read as it was written, and what nobody can have chosen is not.

import { beforeEach, expect, it } from "vitest";
import { KEY, readChosen } from "../../src/chosen";

beforeEach(() => localStorage.clear());

it("begins with what the system says", () => {
  expect(readChosen()).toMatchObject({ theme: "system", times: "relative", onFailure: null, readiness: "ready" });
});

it("keeps how versions were applied last", () => {
  localStorage.setItem(KEY, JSON.stringify({ theme: "dark", onFailure: "hold", readiness: "started" }));
  expect(readChosen()).toMatchObject({ theme: "dark", onFailure: "hold", readiness: "started" });
});

it("leaves out what it does not know, and what is no JSON", () => {
  localStorage.setItem(KEY, JSON.stringify({ theme: "dark", onFailure: "explode", readiness: 3 }));
  expect(readChosen()).toMatchObject({ theme: "dark", onFailure: null, readiness: "ready" });
  localStorage.setItem(KEY, "{");
  expect(readChosen()).toMatchObject({ theme: "system", onFailure: null });
});
