// From the declaration of a template to the fields of a form, and from what is typed to the values of a request. The browser checks
// what HTML can; whether an instance can have the values is for the server to say.

import type { ProblemItem, TemplateKeyRule, TemplateParameter } from "@/api/generated";

/** What is typed, by parameter: text, or whether a box is ticked. What is left empty is not sent. */
export type Typed = Readonly<Record<string, string | boolean>>;
export type Values = Record<string, string | number | boolean>;

/** What a form begins with: the words and boxes that always have a value. */
export function beginning(parameters: readonly TemplateParameter[]): Typed {
  const fixed = parameters.filter(({ kind }) => kind === "bool" || kind === "enum");
  return Object.fromEntries(fixed.map(({ name, kind, default_value: value }) => [name, kind === "bool" ? value === true : typeof value === "string" ? value : ""]));
}

export function toValues(parameters: readonly TemplateParameter[], typed: Typed): Values {
  const values: Values = {};
  for (const { name, kind } of parameters) {
    const value = typed[name];
    if (value === undefined || value === "") continue;
    values[name] = typeof value === "string" && (kind === "int" || kind === "host_port") ? Number(value) : value;
  }
  return values;
}

/** Whether the form is not sent without it. What has a default, is made from others, chosen or generated may be left empty. */
export function isRequired({ kind, optional, default_value: value, generate, path, pattern }: TemplateParameter): boolean {
  if (optional) return false;
  switch (kind) {
    case "string":
    case "int": return value === null || value === undefined;
    case "secret": return generate === null;
    case "folder":
    case "file": return path === null;
    case "host": return pattern === null;
    default: return false;
  }
}

/** What stands in an empty field: the value that is taken then, or one as it could be. */
export function placeholderOf({ kind, default_value: value, example, path, pattern }: TemplateParameter): string | undefined {
  if (kind === "folder" || kind === "file") return path ?? undefined;
  if (kind === "host") return pattern ?? undefined;
  return value === null || value === undefined ? (example ?? undefined) : String(value);
}

/** "8002-8201" as two numbers. */
export function portsOf(range: string | null): { first: number; last: number } | null {
  const [first = 0, last = first] = (range ?? "").split("-").map(Number);
  return first > 0 && last >= first ? { first, last } : null;
}

/**
 * The pattern of a template as the browser takes it, or undefined if only the server understands it. Browsers are stricter about `-`
 * inside brackets than the server is.
 */
export function htmlPattern(pattern: string | null): string | undefined {
  if (pattern === null) return undefined;
  const escaped = pattern.replaceAll("[-", "[\\-").replaceAll("[^-", "[^\\-").replaceAll(/(?<!\\)-\]/g, "\\-]");
  return [pattern, escaped].find(isPattern);
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, "v") instanceof RegExp;
  } catch {
    return false;
  }
}

/** What every key is, whatever the template asks for besides. */
const KEY = "[a-z0-9][a-z0-9_\\-]{0,60}";

export function keyPattern({ pattern }: TemplateKeyRule): string {
  return htmlPattern(pattern) ?? KEY;
}

/** What is wrong, by the parameter that it is about; under the empty name what is about none of them. */
export function byParameter(items: readonly ProblemItem[], parameters: readonly TemplateParameter[]): Record<string, ProblemItem[]> {
  const found: Record<string, ProblemItem[]> = {};
  for (const item of items) {
    const named = item.message.params["parameter"];
    const name = parameters.find((parameter) => parameter.name === named)?.name ?? "";
    (found[name] ??= []).push(item);
  }
  return found;
}
