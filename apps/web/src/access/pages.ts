// What it takes to see a page: the operation that it lives on. Pages that are not here are for everybody who is signed in.

import type { RegisteredRouter } from "@tanstack/react-router";
import type { Operation } from "./rights";

/** By the address of a route; one that there is not does not compile. */
type Needs = Partial<Record<keyof RegisteredRouter["routesByPath"], Operation>>;

/** Pages of their own. */
export const PAGES_NEED = {
  "/audit": "list_audit",
  "/containers": "list_containers",
  "/images": "list_images",
  "/networks": "list_networks",
  "/on-demand": "list_on_demand",
  "/queue": "show_queue",
  "/secrets": "list_secrets",
  "/secrets/$secret": "show_secret",
  "/stacks/new": "create_stack",
  "/stacks/new/archive": "create_stack_from_archive",
  "/stacks/new/docker-run": "create_stack",
  "/stacks/new/file": "create_stack",
  "/stacks/new/import": "import_project",
  "/stacks/new/wizard": "save_wizard",
  "/sweeps": "list_sweeps",
  "/templates/-/import": "create_template",
  "/templates/-/new": "create_template",
  "/volumes": "list_volumes",
} as const satisfies Needs;

/** The tabs of a stack, which are about that stack. */
export const STACK_TABS_NEED = {
  "/stacks/$stackId/activity": "list_commands",
  "/stacks/$stackId/deploy": "deploy_artifact",
  "/stacks/$stackId/logs": "show_stack_logs",
  "/stacks/$stackId/on-demand": "list_on_demand",
  "/stacks/$stackId/plan": "make_plan",
  "/stacks/$stackId/terminal": "open_terminal",
  "/stacks/$stackId/wizard": "open_wizard",
} as const satisfies Needs;

/** The tabs of a template. */
export const TEMPLATE_TABS_NEED = {
  "/templates/$template/edit": "save_template_version",
  "/templates/$template/launch": "launch_instance",
} as const satisfies Needs;

const NEEDED: Readonly<Record<string, Operation>> = { ...PAGES_NEED, ...STACK_TABS_NEED, ...TEMPLATE_TABS_NEED };

export const neededFor = (route: string): Operation | undefined => NEEDED[route];
