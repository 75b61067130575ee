// Templates of Portainer, what the server makes of them, and which of them are saved.

import { idempotencyKey } from "@/api/client";
import { convertTemplates, createTemplate, type ConvertedTemplate } from "@/api/generated";

/** A template in the list: what it is saved as, whether it shall be, and what came of it. */
export interface Row {
  id: number;
  made: ConvertedTemplate;
  name: string;
  chosen: boolean;
  saved: boolean;
  error: Error | null;
}

/** The text is not JSON. */
export class NotJson extends Error {}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NotJson("no JSON", { cause: error });
  }
}

/** Asks the server what the templates of a file become. Nothing is saved. */
export async function convert(text: string): Promise<readonly ConvertedTemplate[]> {
  const answer = await convertTemplates({ body: { portainer: parsed(text) }, throwOnError: true });
  return answer.data.items;
}

/** Saves a template as a new one. */
export async function save({ name, made }: Row): Promise<void> {
  await createTemplate({ body: { name, compose: made.compose }, headers: { "Idempotency-Key": idempotencyKey() }, throwOnError: true });
}

/** A file with one template has nothing to choose from. */
export function rowsOf(items: readonly ConvertedTemplate[]): Row[] {
  return items.map((made, id) => ({ id, made, name: made.name, chosen: items.length === 1 && made.problem === null, saved: false, error: null }));
}

export const changed = (row: Row, next: Partial<Row>): Row => ({ ...row, ...next });

export const mayBeChosen = ({ made, saved }: Row): boolean => made.problem === null && !saved;

export const chosenOf = (rows: readonly Row[]): Row[] => rows.filter((row) => row.chosen && mayBeChosen(row));

/** What is wrong with the names of those that shall be saved. */
export function wrongName(rows: readonly Row[]): { what: "unusable" | "twice"; name: string } | null {
  const names = chosenOf(rows).map(({ name }) => name);
  const unusable = names.find((name) => !/^[a-z0-9][a-z0-9_-]{0,39}$/.test(name));
  if (unusable !== undefined) return { what: "unusable", name: unusable };
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? null : { what: "twice", name: twice };
}
