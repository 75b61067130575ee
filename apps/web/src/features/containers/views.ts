/** The parts of a container's page, in the order of their tabs. */
export const VIEWS = ["state", "logs", "terminal", "charts", "files", "processes", "inspect"] as const;

export type View = (typeof VIEWS)[number];

export interface ContainerSearch {
  view?: View;
  /** The folder that is shown, in the view of the files. */
  path?: string;
}

export function parseContainerSearch({ view, path }: Record<string, unknown>): ContainerSearch {
  return {
    ...(VIEWS.includes(view as View) && view !== "state" && { view: view as View }),
    ...(typeof path === "string" && path.startsWith("/") && { path }),
  };
}
