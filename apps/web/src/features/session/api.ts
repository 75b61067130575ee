// Who is signed in, and signing in and out.

import { rememberCsrfToken } from "@/api/csrf";
import { showSession, signIn, signOut, type Session } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { queryOptions } from "@tanstack/react-query";

/** The session of this browser; null if nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: [{ _id: "showSession" }],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      const { data } = await showSession({ signal, throwOnError: true });
      rememberCsrfToken(data.csrf_token);
      return data;
    } catch (error) {
      if (NOBODY.some((code) => isProblem(error, code))) return null;
      throw error;
    }
  },
});

const NOBODY = ["unauthorized", "session-ended", "no-session"];

export async function openSession(token: string): Promise<Session> {
  const { data } = await signIn({ body: { token: token.trim() }, throwOnError: true });
  rememberCsrfToken(data.csrf_token);
  return data;
}

export async function closeSession(): Promise<void> {
  await signOut({ throwOnError: true });
  rememberCsrfToken(null);
}
