// Which of the server's problems belongs where: each names its place in the request by a JSON pointer.

import type { CatalogEntry, WizardDraft, WizardPort, WizardProblem } from "@/api/generated";

/** Problems of one component by the field they stand at: `as`, `version`, `image`, `options/ID`, `connect/ID`, `sleep/FIELD`, and `` for the rest. */
export type ProblemsByField = ReadonlyMap<string, readonly WizardProblem[]>;

export function problemsOf(problems: readonly WizardProblem[], index: number, entry: CatalogEntry | undefined): ProblemsByField {
  const found = new Map<string, WizardProblem[]>();
  for (const problem of problems) {
    if (indexOf(problem) !== index) continue;
    const field = fieldOf(problem, entry);
    found.set(field, [...(found.get(field) ?? []), problem]);
  }
  return found;
}

/** The index of the component that a problem is about; null if it is about all. */
export function indexOf({ pointer }: Pick<WizardProblem, "pointer">): number | null {
  const at = /^\/components\/(\d+)(\/|$)/.exec(pointer)?.[1];
  return at === undefined ? null : Number(at);
}

/** Which host of several it is stands in the sentence. */
const SLEEP_FIELDS: ReadonlySet<string> = new Set(["hosts", "port", "idle_timeout", "theme", "wake"]);

/** A place that has no field on the page, such as an option inside of an application, is that of the whole component. */
function fieldOf({ pointer }: WizardProblem, entry: CatalogEntry | undefined): string {
  const [kind = "", id = ""] = pointer.split("/").slice(3).map(unescaped);
  if (kind === "as") return kind;
  if (kind === "version" && (entry?.versions.length ?? 0) > 1) return kind;
  if (kind === "image" && (entry?.versions.length ?? 0) > 0) return kind;
  if (kind === "options" && entry?.options.some((option) => option.id === id) === true) return `options/${id}`;
  if (kind === "connect" && entry?.requires.some((requirement) => requirement.id === id) === true) return `connect/${id}`;
  if (kind === "sleep" && SLEEP_FIELDS.has(id) && entry?.kind === "component") return `sleep/${id}`;
  return "";
}

function unescaped(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** Whether it only says that something is not chosen yet, which is no mistake before the end. */
export function isMissing({ code }: Pick<WizardProblem, "code">): boolean {
  return code === "wizard_option_missing" || code === "wizard_requirement_missing";
}

/** Problems of the name of the stack. */
export function nameProblems(problems: readonly WizardProblem[]): WizardProblem[] {
  return problems.filter(({ pointer }) => pointer === "/name");
}

/** Problems that belong to no component and no field. */
export function generalProblems(problems: readonly WizardProblem[]): WizardProblem[] {
  return problems.filter((problem) => problem.pointer !== "/name" && indexOf(problem) === null);
}

/** The path where the file was changed by hand, which the choice may replace if the person says so; null for other problems. */
export function overwritable({ code, message }: Pick<WizardProblem, "code" | "message">): string | null {
  return code === "wizard_edited_by_hand" || code === "wizard_removed_by_hand" ? (message.params["path"] ?? null) : null;
}

/** The ports that services of a component publish. */
export function portsOf(draft: WizardDraft, index: number): WizardPort[] {
  const services = new Set(draft.graph.nodes.filter((node) => node.kind === "service" && node.component === index).map((node) => node.label));
  return draft.ports.filter((port) => services.has(port.service));
}
