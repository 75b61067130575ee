import type { Operation } from "@/access/rights";

/** The parts of a container's page, in the order of their tabs. */
export const VIEWS = ["state", "logs", "terminal", "charts", "files", "processes", "inspect"] as const;

export type View = (typeof VIEWS)[number];

/** What it takes to see some of them. */
export const VIEWS_NEED: Partial<Record<View, Operation>> = {
  logs: "show_container_logs",
  terminal: "open_terminal",
  files: "list_container_files",
  processes: "list_processes",
};

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
