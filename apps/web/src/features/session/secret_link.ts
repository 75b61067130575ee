// Links with a secret in their fragment: an invitation, or the setup token. A fragment is not sent to the server, and it leaves the
// address bar at once, so that neither the history nor a look over the shoulder has the secret. It is kept in memory only.
// So is the answer of a provider, which comes back in the query.

export interface SecretLink {
  kind: "setup" | "invitation" | "provider";
  secret: string;
}

let link: SecretLink | null = null;
const listeners = new Set<() => void>();

function hold(next: SecretLink | null): void {
  link = next;
  for (const listener of listeners) listener();
}

/** What the path of this page is for, with or without a secret. */
export function linkKind(): SecretLink["kind"] | null {
  const { pathname } = globalThis.location;
  return pathname === "/setup" ? "setup" : pathname === "/invitation" ? "invitation" : pathname === "/signed-in" ? "provider" : null;
}

/** Takes the secret out of the address. */
export function takeSecret(): void {
  const { hash, pathname, search } = globalThis.location;
  const kind = linkKind();
  const secret = (kind === "provider" ? search : hash).slice(1);
  if (kind === null || secret === "") return;
  globalThis.history.replaceState(globalThis.history.state, "", pathname);
  hold({ kind, secret });
}

/** Goes on to the overview or elsewhere, once the link has done what it is for. */
export function leaveLink(to = "/"): void {
  hold(null);
  if (linkKind() !== null) globalThis.history.replaceState(null, "", to);
}

export const secretLink = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  read: (): SecretLink | null => link,
};
