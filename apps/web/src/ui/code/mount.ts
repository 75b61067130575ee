// Editors live in a shadow root of their own: there they bring their styles as sheets that the page adopts, which the strict
// content policy allows; in the document they would need inline styles.

/** The shadow root of an element, made when it is first asked for. */
export function shadowOf(host: HTMLElement): ShadowRoot {
  return host.shadowRoot ?? host.attachShadow({ mode: "open" });
}

/** Puts an editor into the shadow root of `host`; what it returns removes the editor again. */
export function mount<View extends { destroy(): void }>(host: HTMLElement, make: (root: ShadowRoot) => View): { view: View; remove: () => void } {
  const view = make(shadowOf(host));
  return { view, remove: () => view.destroy() };
}
