// Who may do what: the rule of the server (`crates/domain/src/access/decision.rs`) over the table of its document. The server decides
// in the end; here it is only known beforehand, so that nobody is offered what would be refused.

// Without the alias: the mock takes this file too, and its server knows none.
import { access } from "../api/generated/access.gen";
import type { Grant, Permission, Role } from "@/api/generated";

/** An operation of the API that takes a role, by its `operationId`. */
export type Operation = keyof typeof access;

/** What is missing. `about` is what the grant has to be for: a stack, a template, or everything there is. */
export interface Missing {
  /** Null where a role that is enough was granted, and only the permission is missing. */
  role: Role | null;
  permission: Permission | null;
  about: "stack" | "template" | "everything";
  /** Whether there are grants, but none for this. */
  elsewhere: boolean;
}

const RANK: Record<Role, number> = { viewer: 0, operator: 1, deployer: 2, administrator: 3 };

/** What is a stack, belongs to one, or is a template, so that a grant can be for it by name. */
const NAMED: ReadonlySet<string> = new Set(["stack", "template", "command", "plan", "container"]);

/** Whether all of `name` matches, where each `*` of the pattern stands for any number of characters, also none. */
export function matches(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  // What stands between two stars is taken where it comes first: what follows has the most room then.
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return name.length - at >= last.length && name.endsWith(last);
}

/** The labels of a stack by key; null where a page does not know them. */
export type Labels = Readonly<Record<string, string>> | null;

/** Whether what a grant says of its stacks is true of this one: `team=payments` is about a label, everything else about the name. */
function selects(selector: string, name: string, labels: Labels): boolean {
  const at = selector.indexOf("=");
  if (at === -1) return matches(selector, name);
  // Labels that are not known may be the right ones: what may be allowed is offered.
  return labels === null || labels[selector.slice(0, at)] === selector.slice(at + 1);
}

/** Whether a grant is for the stack of this name. */
export function covers({ stacks }: Pick<Grant, "stacks">, name: string, labels: Labels): boolean {
  return stacks === null || stacks.some((selector) => selects(selector, name, labels));
}

/** A template is meant by the beginning of the names of its instances: `shop-*` is for the template `shop` and for all of them. */
export function coversTemplate(grant: Pick<Grant, "stacks">, name: string): boolean {
  return covers(grant, `${name}-`, {});
}

function reaches(grant: Grant, resource: string, name: string | null, labels: Labels): boolean {
  if (grant.stacks === null || resource === "anywhere") return true;
  if (name === null || !NAMED.has(resource)) return false;
  return resource === "template" ? coversTemplate(grant, name) : covers(grant, name, labels);
}

const has = (grant: Grant, permission: Permission | null): boolean =>
  permission === null || grant.role === "administrator" || grant.permissions.includes(permission);

/**
 * What is missing to do something; null if nothing is. `name` is that of the stack that it is done to or that it belongs to, or of the
 * template; null if it is about neither.
 */
export function missing(grants: readonly Grant[], operation: Operation, name: string | null = null, labels: Labels = null): Missing | null {
  const [role, permission, resource] = access[operation] as readonly [Role, Permission | null, string];
  const reaching = grants.filter((grant) => reaches(grant, resource, name, labels));
  // The role of one grant and the permission of another do not add up.
  const enough = reaching.filter((grant) => RANK[grant.role] >= RANK[role]);
  if (enough.some((grant) => has(grant, permission))) return null;
  const about = resource === "template" ? "template" : NAMED.has(resource) ? "stack" : "everything";
  return { role: enough.length > 0 ? null : role, permission, about, elsewhere: reaching.length === 0 && grants.length > 0 };
}
