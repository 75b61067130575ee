// The application comes in parts, loaded when they are first needed or about to be. One that does not come was replaced by a newer
// release, or the connection failed for a moment: browsers drop what they are loading whenever Docker makes a network on their machine.
// That is no reason to throw away what is typed on this page, so the application is loaded anew only with the next page.
import type { AnyRouter } from "@tanstack/react-router";

let missing = false;

export function watchParts(): void {
  globalThis.addEventListener("vite:preloadError", () => (missing = true));
}

/** Whether a part did not come: asking for it again does not help, loading the application anew does. */
export const partsAreMissing = (): boolean => missing;

/** The address has changed already when this is told: what is loaded anew is the page that was asked for. */
export function loadAnewWithTheNextPage(router: AnyRouter): void {
  router.subscribe("onBeforeLoad", ({ pathChanged }) => {
    if (missing && pathChanged) globalThis.location.reload();
  });
}
