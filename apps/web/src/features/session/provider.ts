// Signing in with a provider of identities: the browser goes there, and comes back to `/signed-in` with a code or an error.

import { beginProviderSignIn, showProvider, signInWithProvider, type ProviderCodeRequest, type Session } from "@/api/generated";
import { queryOptions } from "@tanstack/react-query";
import { begin } from "./api";
import { linkKind } from "./secret_link";

/** The name of the provider that people may sign in with; null if there is none. Without an answer, there are the other ways in. */
export const providerQuery = queryOptions({
  queryKey: [{ _id: "showProvider" }],
  queryFn: async ({ signal }) => (await showProvider({ signal, throwOnError: true })).data.name,
  retry: false,
});

/** Where the sign-in goes on in this tab, while it is at the provider. */
const NEXT = "after-provider";

/** Leaving this page for another origin. */
export const browser = { goTo: (address: string): void => globalThis.location.assign(address) };

/** Goes to the provider, and remembers which page somebody wanted to see. */
export async function goToProvider(): Promise<void> {
  const { address } = (await beginProviderSignIn({ throwOnError: true })).data;
  const { origin, href } = globalThis.location;
  const there = new URL(address, origin);
  if (!/^https?:$/.test(there.protocol)) throw new Error(`the address of the provider begins with ${there.protocol}`);
  sessionStorage.setItem(NEXT, linkKind() === null ? href : origin);
  browser.goTo(there.href);
}

/** The page that somebody wanted to see before they went to the provider: one of this origin, whatever was stored. */
export function nextPage(): string {
  const { origin } = globalThis.location;
  const stored = sessionStorage.getItem(NEXT) ?? origin;
  return URL.canParse(stored) && new URL(stored).origin === origin ? stored : `${origin}/`;
}

/** Like `nextPage`, once. */
export function takeNextPage(): string {
  const page = nextPage();
  sessionStorage.removeItem(NEXT);
  return page;
}

export async function comeFromProvider(body: ProviderCodeRequest): Promise<Session> {
  return begin((await signInWithProvider({ body, throwOnError: true })).data);
}

/** What the provider says with the query of the address: a code, why there is none, or nothing that can be used. */
export type ProviderAnswer = { kind: "code"; code: string; state: string } | { kind: "error"; error: string } | { kind: "nothing" };

/** Errors as OAuth has them. What an address says besides is not shown: whoever makes a link could choose the words. */
const ERROR = /^[a-z_]{1,64}$/;

export function readAnswer(query: string | null): ProviderAnswer {
  const answer = new URLSearchParams(query ?? "");
  const [code, state, error] = [answer.get("code") ?? "", answer.get("state") ?? "", answer.get("error")];
  if (error !== null) return { kind: "error", error: ERROR.test(error) ? error : "" };
  return code === "" || state === "" ? { kind: "nothing" } : { kind: "code", code, state };
}
