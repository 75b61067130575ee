// Paths inside a container, which is always a Linux one.

/** The path of a name in a folder. */
export function join(folder: string, name: string): string {
  return folder.endsWith("/") ? `${folder}${name}` : `${folder}/${name}`;
}

/** The folders from the root to a path, each with what it is called: "/", "etc/", "nginx/". */
export function parentsOf(path: string): { name: string; path: string }[] {
  const found = [{ name: "/", path: "/" }];
  for (const name of path.split("/").filter((part) => part !== "")) {
    found.push({ name: `${name}/`, path: join(found.at(-1)?.path ?? "/", name) });
  }
  return found;
}
