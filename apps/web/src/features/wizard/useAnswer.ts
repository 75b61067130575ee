// What the server makes of the choices, shortly after the last one.

import { draftWizard, type WizardBase } from "@/api/generated";
import { useSettled } from "@/ui/settled";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { toRequest, type Choices } from "./choices";
import type { Answer } from "./context";

/** Milliseconds without a choice after which it is asked. */
const PAUSE = 250;

export function useAnswer(choices: Choices, base: WizardBase | null) {
  const question = JSON.stringify({ choices, base });
  const settled = useSettled(question, PAUSE);
  const empty = choices.components.length === 0 && base === null;
  const query = useQuery({ ...answerQuery(settled), placeholderData: keepPreviousData, enabled: !empty });
  return {
    answer: empty ? undefined : query.data,
    error: query.error,
    // An answer to an older question is shown meanwhile, but nothing is saved on its word.
    checking: !empty && (query.isFetching || (query.isPlaceholderData && query.error === null) || settled !== question),
    retry: () => void query.refetch(),
  };
}

/** An older question is cancelled when a newer one is asked. */
function answerQuery(question: string) {
  return queryOptions({
    queryKey: ["draft of the wizard", question],
    gcTime: 60_000,
    queryFn: async ({ signal }): Promise<Answer> => {
      const { choices, base } = JSON.parse(question) as { choices: Choices; base: WizardBase | null };
      const { data } = await draftWizard({ body: toRequest(choices, base), signal, throwOnError: true });
      return { draft: data, keys: choices.components.map((each) => each.key) };
    },
  });
}
