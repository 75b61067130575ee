// The first script of a page, small on purpose: it asks for everything that the first screen needs at once, instead of one after the
// other: who is there, the language, the start page, and the application itself. Nothing here may import React.

import { askEarly } from "@/api/early";
import { readChosen } from "@/chosen";
import { takeSecret } from "@/features/session/secret_link";

/** A page is not loaded again within this time: what is missing then is missing for longer. */
const AGAIN = 10_000;

// A part of the application that a new release has replaced: the page is loaded again, and gets the new one. Once something is shown,
// it may be in use, and src/app/parts.ts decides.
globalThis.addEventListener("vite:preloadError", () => {
  if (document.getElementById("root")?.hasChildNodes() === true) return;
  const before = Number(sessionStorage.getItem("loaded-again") ?? 0);
  if (Date.now() - before < AGAIN) return;
  sessionStorage.setItem("loaded-again", String(Date.now()));
  globalThis.location.reload();
});

/** Who is there, what is around every page, and what the start page shows; asked for as soon as it is known that somebody is there. */
const AROUND = ["/api/v1/account", "/api/v1/queue"];
const START = ["/api/v1/overview", "/api/v1/stacks?limit=200"];

takeSecret();
globalThis.addEventListener("hashchange", takeSecret);

const atStart = globalThis.location.pathname === "/";

void askEarly("/api/v1/session").then(
  ({ ok }) => {
    if (ok) for (const path of atStart ? [...START, ...AROUND] : AROUND) void askEarly(path);
  },
  () => {},
);
void import("./main");
void (readChosen().language === "fr" ? import("@/locales/fr.po") : import("@/locales/en.po"));
if (atStart) void import("@/features/overview/OverviewPage");
