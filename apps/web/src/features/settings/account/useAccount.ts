// The own account, and what is done to it.

import { changePassword, draftTotp, removeTotp, setUpTotp, type PasswordChange, type TotpDraft, type TotpRequest } from "@/api/generated";
import { refresh } from "@/api/queries";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

/** Something that is done to the account. What was typed for it is kept no longer than its form. */
function useChange<Values>(send: (values: Values) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ gcTime: 0, mutationFn: send, onSuccess: () => void refresh(client, ["showAccount", "listUsers", "listSessions", "listAudit"]) });
}

export const useChangePassword = () => useChange((body: PasswordChange) => changePassword({ body, throwOnError: true }));

export const useSetUpTotp = () => useChange((body: TotpRequest) => setUpTotp({ body, throwOnError: true }));

export const useRemoveTotp = () => useChange((password: string) => removeTotp({ body: { password }, throwOnError: true }));

/** A secret that nothing depends on yet, for as long as the dialog is open. */
export function useTotpDraft() {
  return useQuery({
    queryKey: ["totp draft"],
    queryFn: async (): Promise<TotpDraft> => (await draftTotp({ throwOnError: true })).data,
    gcTime: 0,
  });
}
