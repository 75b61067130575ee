// Where one is in the wizard. It lives in the address, so that the browser's back button goes back a step; the choices themselves
// are kept in the tab.

export type View = { kind: "add" } | { kind: "component"; key: number } | { kind: "review" };

export interface ViewSearch {
  component?: number;
  show?: "review";
}

export interface NewSearch extends ViewSearch {
  /** An entry of the catalogue that is added at once. */
  entry?: string;
}

export interface EditSearch extends ViewSearch {
  /** The version that is changed; the newest if it is left out. */
  version?: number;
}

export function parseNewSearch(search: Record<string, unknown>): NewSearch {
  const { entry } = search;
  return { ...parseView(search), ...(typeof entry === "string" && entry !== "" && { entry }) };
}

export function parseEditSearch(search: Record<string, unknown>): EditSearch {
  const { version } = search;
  return { ...parseView(search), ...(isCount(version) && { version }) };
}

function parseView({ component, show }: Record<string, unknown>): ViewSearch {
  if (show === "review") return { show };
  return isCount(component) ? { component } : {};
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

/** What is shown: a component only as long as there is one with this key. */
export function viewOf({ component, show }: ViewSearch, keys: readonly number[]): View {
  if (show === "review") return { kind: "review" };
  return component !== undefined && keys.includes(component) ? { kind: "component", key: component } : { kind: "add" };
}

export function searchOf(view: View): ViewSearch {
  if (view.kind === "review") return { show: "review" };
  return view.kind === "component" ? { component: view.key } : {};
}
