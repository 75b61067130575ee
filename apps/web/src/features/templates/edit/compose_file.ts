// A version of a template lists its files, not which of them is the compose file. It is found as `docker compose` finds it.

const NAMES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

export function composeFileOf(paths: readonly string[]): string {
  return NAMES.find((name) => paths.includes(name)) ?? paths.find((path) => /^[^/]+\.ya?ml$/.test(path)) ?? NAMES[0]!;
}

/** With the file that adds to it, if there is one. */
export function composeFilesOf(paths: readonly string[]): string[] {
  const main = composeFileOf(paths);
  const more = main.replace(/\.(ya?ml)$/, ".override.$1");
  return paths.includes(more) ? [main, more] : [main];
}
