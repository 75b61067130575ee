// Where the containers of a stack have the value of a secret. Read off the text as people write it: what is written otherwise is not
// found, and then nothing is said about it.

export interface SecretUse {
  service: string;
  /** An environment variable with this name, or the file with this path. */
  kind: "variable" | "file";
  name: string;
}

interface Line {
  /** Keys from the top to this line. */
  path: readonly string[];
  /** What stands behind the key, or the item of a list. */
  value: string;
}

/** The uses of one secret in the compose files, each once. */
export function secretUses(compose: readonly string[], secret: string): SecretUse[] {
  const lines = compose.flatMap(linesOf);
  const files = new Set(lines.filter((line) => isFileOf(line, secret)).map(({ path }) => path[1]));
  const found = new Map<string, SecretUse>();
  for (const { path, value } of lines) {
    const [top, service = "", part, key] = path;
    if (top !== "services") continue;
    const variable = part === "environment" ? variableIn(key, value, secret) : null;
    if (variable !== null) found.set(`${service} ${variable}`, { service, kind: "variable", name: variable });
    for (const file of part === "secrets" ? itemsIn(value).filter((item) => files.has(item)) : []) found.set(`${service} ${file}`, { service, kind: "file", name: `/run/secrets/${file}` });
  }
  return [...found.values()];
}

/** Whether a line declares the file that has the secret in it: `environment: SECRET` below its name, or in brackets behind it. */
function isFileOf({ path, value }: Line, secret: string): boolean {
  const [top, , key] = path;
  return top === "secrets" && (key === undefined ? /^\{\s*environment:\s*(\w+)\s*\}$/.exec(value)?.[1] === secret : key === "environment" && value === secret);
}

/** The variable of a container that has the secret in it: `KEY: ${SECRET}`, or `KEY=${SECRET}` in a list. */
function variableIn(key: string | undefined, value: string, secret: string): string | null {
  const [name, text] = key === undefined ? [/^\w+(?==)/.exec(value)?.[0], value] : [key, value];
  return name !== undefined && new RegExp(`(?<!\\$)\\$(\\{${secret}[}:?+-]|${secret}(?!\\w))`).test(text) ? name : null;
}

/** One item of a list, or all of a list in brackets. */
function itemsIn(value: string): string[] {
  const list = /^\[(.*)\]$/.exec(value)?.[1];
  return list === undefined ? [value] : list.split(",").map((item) => plain(item.trim()));
}

/** The lines with what they stand under, by their indentation. */
function linesOf(text: string): Line[] {
  const open: { indent: number; key: string }[] = [];
  return text.split("\n").flatMap((raw) => {
    const parts = /^(\s*)(-\s+)?(?:(["']?)([\w./-]+)\3\s*:(?=\s|$))?\s*(.*)$/.exec(raw);
    if (parts === null || raw.trim() === "" || raw.trimStart().startsWith("#")) return [];
    const [, space = "", dash = "", , key, rest = ""] = parts;
    // The items of a list may stand as deep as its key.
    while (open.length > 0 && (dash === "" ? open.at(-1)!.indent >= space.length : open.at(-1)!.indent > space.length)) open.pop();
    if (key !== undefined && dash === "") open.push({ indent: space.length, key });
    return [{ path: open.map((each) => each.key), value: plain(rest) }];
  });
}

/** Without the quotes around it, or the note behind it. */
function plain(text: string): string {
  return /^(["'])(.*?)\1/.exec(text)?.[2] ?? text.replace(/\s+#.*$/, "").trim();
}
