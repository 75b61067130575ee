// Links with a secret in their fragment: an invitation, or the setup token. A fragment is not sent to the server, and it leaves the
// address bar at once, so that neither the history nor a look over the shoulder has the secret. It is kept in memory only.

export interface SecretLink {
  kind: "setup" | "invitation";
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
  return pathname === "/setup" ? "setup" : pathname === "/invitation" ? "invitation" : null;
}

/** Takes the secret out of the address. */
export function takeSecret(): void {
  const { hash, pathname } = globalThis.location;
  const kind = linkKind();
  if (kind === null || hash.length < 2) return;
  globalThis.history.replaceState(globalThis.history.state, "", pathname);
  hold({ kind, secret: hash.slice(1) });
}

/** Goes on to the overview, once the link has done what it is for. */
export function leaveLink(): void {
  hold(null);
  if (linkKind() !== null) globalThis.history.replaceState(null, "", "/");
}

export const secretLink = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  read: (): SecretLink | null => link,
};
