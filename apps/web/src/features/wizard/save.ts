// Saving what the choices become: a new stack, or the next version of one.

import { saveWizard, showStack, type SavedVersion, type SaveWizardRequest } from "@/api/generated";
import { idempotencyKey } from "@/api/client";
import { isProblem } from "@/api/problem";
import { refresh } from "@/api/queries";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import type { Base } from "./context";

/** Times that another command may come in between before the refusal is shown. */
const ATTEMPTS = 4;

/** Saves. A revision that is no longer the newest is no reason to refuse as long as nobody has saved another version. */
async function save(body: SaveWizardRequest, base: Base | null, key: string): Promise<SavedVersion> {
  // A stack that is new has no state that anybody could have seen.
  let revision = base?.stack.revision ?? "*";
  for (let attempt = 1; ; attempt += 1) {
    try {
      const headers = { "Idempotency-Key": key, "If-Match": revision };
      return (await saveWizard({ body, headers, throwOnError: true })).data;
    } catch (error) {
      if (base === null || !isProblem(error, "precondition-failed") || attempt === ATTEMPTS) throw error;
      const { data: now } = await showStack({ path: { id: base.stack.stack_id }, throwOnError: true });
      if (now.latest_version !== base.version) throw error;
      revision = now.revision;
    }
  }
}

export function useSaveWizard(base: Base | null) {
  const client = useQueryClient();
  // Sent twice because the first answer was lost, the same choices are saved once.
  const sent = useRef({ body: "", key: "" });
  return useMutation({
    mutationFn: async (body: SaveWizardRequest): Promise<SavedVersion> => {
      const text = JSON.stringify(body);
      if (sent.current.body !== text) sent.current = { body: text, key: idempotencyKey() };
      return save(body, base, sent.current.key);
    },
    onSettled: () => refresh(client, ["showStack", "listStacks", "listVersions", "showOverview"]),
  });
}
