// Who is signed in, and signing in and out.

import { rememberCsrfToken } from "@/api/csrf";
import { showSession, showSetup, signIn, signOut, type Session } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { settleSignIn } from "@/api/signed_out";
import { queryOptions } from "@tanstack/react-query";
import { tellOtherTabs } from "./other_tabs";

const NOBODY = ["unauthorized", "session-ended", "no-session"];

/** Asks for the session of this browser; null if nobody is signed in. */
export async function readSession(signal?: AbortSignal): Promise<Session | null> {
  try {
    const { data } = await showSession({ ...(signal !== undefined && { signal }), throwOnError: true });
    rememberCsrfToken(data.csrf_token);
    return data;
  } catch (error) {
    if (NOBODY.some((code) => isProblem(error, code))) return null;
    throw error;
  }
}

/** The session of this browser; null if nobody is signed in. */
export const sessionQuery = queryOptions({ queryKey: [{ _id: "showSession" }], queryFn: ({ signal }) => readSession(signal) });

/** Whether the first user is still to be created. It is asked anew whenever somebody is about to sign in. */
export const setupQuery = queryOptions({
  queryKey: [{ _id: "showSetup" }],
  queryFn: async ({ signal }) => (await showSetup({ signal, throwOnError: true })).data,
  staleTime: 0,
  retry: false,
});

/** Takes up a session that has just begun. */
export function begin(session: Session): Session {
  rememberCsrfToken(session.csrf_token);
  // Requests of this page that met the end of the former session go on, and so do the other tabs.
  settleSignIn(true);
  tellOtherTabs("began");
  return session;
}

export async function openSession(token: string): Promise<Session> {
  return begin((await signIn({ body: { token: token.trim() }, throwOnError: true })).data);
}

export async function closeSession(): Promise<void> {
  await signOut({ throwOnError: true });
  rememberCsrfToken(null);
  tellOtherTabs("ended");
}
