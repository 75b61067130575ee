// Users, and what is done to them.

import { inviteUser, removeUser, renewInvitation, setUserGrants, type GrantRequest, type InvitedUser, type User, type UserRequest } from "@/api/generated";
import { listUsersInfiniteOptions } from "@/api/generated/@tanstack/react-query.gen";
import { PAGE } from "@/api/all_pages";
import { refresh } from "@/api/queries";
import { sessionQuery } from "@/features/session/api";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

export function useUsers() {
  return useInfiniteQuery({ ...listUsersInfiniteOptions({ query: { limit: PAGE } }), initialPageParam: {}, getNextPageParam: (page) => page.next });
}

/** The name of the user who is signed in; null if it is the holder of a token. */
export function useOwnName(): string | null {
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  return session?.actor.kind === "user" ? session.actor.name : null;
}

/** Something that is done to users, after which what is shown of them is asked for again. */
function useChange<Values, Answer>(send: (values: Values) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    // The secret of an invitation is kept no longer than the dialog that shows it.
    gcTime: 0,
    mutationFn: send,
    onSuccess: () => void refresh(client, ["listUsers", "listSessions", "listAudit", "showAccount"]),
  });
}

export const useInvite = () => useChange(async (body: UserRequest): Promise<InvitedUser> => (await inviteUser({ body, throwOnError: true })).data);

export const useRenew = () => useChange(async (name: string): Promise<InvitedUser> => (await renewInvitation({ path: { name }, throwOnError: true })).data);

export const useSetGrants = () =>
  useChange(async ({ name, grants }: { name: string; grants: GrantRequest[] }): Promise<User> => (await setUserGrants({ path: { name }, body: { grants }, throwOnError: true })).data);

export const useRemove = () => useChange(async (name: string): Promise<void> => void (await removeUser({ path: { name }, throwOnError: true })));
