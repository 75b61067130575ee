// Tokens, and what is done to them.

import { issueToken, revokeToken, rotateToken, type IssuedToken, type TokenRequest } from "@/api/generated";
import { refresh } from "@/api/queries";
import { openSession, sessionQuery } from "@/features/session/api";
import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

/** A secret is kept no longer than the dialog that shows it. */
const SECRETIVE = { gcTime: 0 } as const;

function reread(client: QueryClient): void {
  void refresh(client, ["listTokens", "listSessions", "listAudit"]);
}

/** The name of the token that this browser is signed in with. */
export function useOwnToken(): string | null {
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  return session?.actor.kind === "token" ? session.actor.name : null;
}

export function useIssue() {
  const client = useQueryClient();
  return useMutation({
    ...SECRETIVE,
    mutationFn: async (body: TokenRequest): Promise<IssuedToken> => (await issueToken({ body, throwOnError: true })).data,
    onSuccess: () => reread(client),
  });
}

export function useRotate() {
  const client = useQueryClient();
  return useMutation({
    ...SECRETIVE,
    mutationFn: async ({ name, own }: { name: string; own: boolean }): Promise<IssuedToken> => {
      const { data } = await rotateToken({ path: { name }, throwOnError: true });
      if (own) await goOn(client, data.secret);
      return data;
    },
    onSuccess: () => reread(client),
  });
}

/** Signs in with the new secret: the session has ended with the old one, and being asked for the new one would hide it. */
async function goOn(client: QueryClient, secret: string): Promise<void> {
  try {
    client.setQueryData(sessionQuery.queryKey, await openSession(secret));
  } catch {
    // The secret is shown in any case, and the next request asks for it.
  }
}

export function useRevoke() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => {
      await revokeToken({ path: { name }, throwOnError: true });
    },
    onSuccess: () => reread(client),
  });
}
