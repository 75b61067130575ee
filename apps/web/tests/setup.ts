// What jsdom lacks and every test needs.

import { i18n } from "@lingui/core";
import { beforeEach } from "vitest";

globalThis.matchMedia ??= (query: string) =>
  ({ matches: false, media: query, addEventListener() {}, removeEventListener() {}, dispatchEvent: () => false }) as unknown as MediaQueryList;

beforeEach(() => {
  // The sentences of the source are English; a test that is about another language loads it itself.
  i18n.loadAndActivate({ locale: "en", messages: {} });
});
