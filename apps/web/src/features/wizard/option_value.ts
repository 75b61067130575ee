// What is typed into the field of an option, and the value it stands for.

import type { CatalogOption } from "@/api/generated";

type Kind = Pick<CatalogOption, "kind" | "default" | "optional">;

/** The text in the field. */
export function typedOf(option: Kind, value: unknown): string {
  const shown = value ?? option.default;
  return shown === null || shown === undefined ? "" : String(shown);
}

/**
 * The value that is chosen by what is typed; undefined is the usual one, or none. What is no number is sent as it is: the server
 * says what is wrong with it.
 */
export function valueOf(option: Kind, typed: string): unknown {
  const nothing = option.default === null || option.default === undefined;
  if (typed === "" && nothing) return undefined;
  const numeric = option.kind === "int" || option.kind === "port" || option.kind === "host_port";
  const value = numeric && /^-?\d{1,15}$/.test(typed) ? Number(typed) : typed;
  return value === option.default ? undefined : value;
}
