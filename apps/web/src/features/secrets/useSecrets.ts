// Named secrets, and what is done to them. A value is kept no longer than what it was typed in, or is shown in.

import { addSecretVersion, changeSecret, createSecret, deleteSecret, readSecretValue, type ChangeNamedSecret, type CreateNamedSecretWritable, type NamedSecretDetails, type NamedSecretValue } from "@/api/generated";
import { listSecretsInfiniteOptions, showSecretOptions } from "@/api/generated/@tanstack/react-query.gen";
import { PAGE } from "@/api/all_pages";
import { refresh } from "@/api/queries";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

export function useSecrets() {
  return useInfiniteQuery({ ...listSecretsInfiniteOptions({ query: { limit: PAGE } }), initialPageParam: {}, getNextPageParam: (page) => page.next });
}

export const useSecret = (name: string) => useQuery(showSecretOptions({ path: { secret: name } }));

/** Something that is done to secrets, after which what is shown of them is asked for again. */
function useChange<Values, Answer>(send: (values: Values) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ gcTime: 0, mutationFn: send, onSuccess: () => void refresh(client, ["listSecrets", "showSecret", "listAudit"]) });
}

export const useCreate = () => useChange(async (body: CreateNamedSecretWritable): Promise<NamedSecretDetails> => (await createSecret({ body, throwOnError: true })).data);

export const useAddVersion = () =>
  useChange(async ({ name, value }: { name: string; value: string }): Promise<NamedSecretDetails> => (await addSecretVersion({ path: { secret: name }, body: { value }, throwOnError: true })).data);

export const useDescribe = () =>
  useChange(async ({ name, change }: { name: string; change: ChangeNamedSecret }): Promise<NamedSecretDetails> => (await changeSecret({ path: { secret: name }, body: change, throwOnError: true })).data);

export const useRemove = () => useChange(async (name: string): Promise<void> => void (await deleteSecret({ path: { secret: name }, throwOnError: true })));

/** Reading a value is recorded, so it is a deed and no query: it is not repeated by itself. */
export const useReveal = () =>
  useChange(async ({ name, number }: { name: string; number: number }): Promise<NamedSecretValue> => (await readSecretValue({ path: { secret: name, number }, throwOnError: true })).data);
