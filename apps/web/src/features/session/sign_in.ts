// The ways into a session other than a token.

import { acceptInvitation, setUp, signInWithPassword, type Session } from "@/api/generated";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { begin, sessionQuery, setupQuery } from "./api";
import { leaveLink } from "./secret_link";

export interface Credentials {
  name: string;
  password: string;
  /** Null until the server has asked for it. */
  code: string | null;
}

export async function signInAs({ name, password, code }: Credentials): Promise<Session> {
  const body = { name: name.trim(), password, ...(code !== null && { code: code.replaceAll(/\s/g, "") }) };
  return begin((await signInWithPassword({ body, throwOnError: true })).data);
}

export async function createFirstUser({ token, name, password }: { token: string; name: string; password: string }): Promise<Session> {
  return begin((await setUp({ body: { token: token.trim(), name: name.trim(), password }, throwOnError: true })).data);
}

export async function accept({ invitation, password }: { invitation: string; password: string }): Promise<Session> {
  return begin((await acceptInvitation({ body: { invitation, password }, throwOnError: true })).data);
}

/** Begins a session in one of these ways. Where a link was for that, `next` is the page after it. */
export function useSignIn<Values>(send: (values: Values) => Promise<Session>, next?: () => string) {
  const client = useQueryClient();
  return useMutation({
    // What was typed is kept no longer than the form.
    gcTime: 0,
    mutationFn: send,
    onSuccess: (session) => {
      leaveLink(next?.());
      client.removeQueries({ queryKey: setupQuery.queryKey });
      client.setQueryData(sessionQuery.queryKey, session);
    },
  });
}
