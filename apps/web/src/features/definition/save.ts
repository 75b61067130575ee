// Saving a draft as a new version on top of the one it began from.

import { saveVersion, showStack, type SavedVersion } from "@/api/generated";
import { idempotencyKey } from "@/api/client";
import { isProblem } from "@/api/problem";
import { refresh } from "@/api/queries";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toDefinition, type Draft, type Snapshot } from "./draft";
import { afterRefusal } from "./merge";
import { withBytes } from "./snapshot";

export type SaveResult =
  | { kind: "saved"; saved: SavedVersion }
  /** Somebody has saved this version in between: nothing was saved. */
  | { kind: "merge"; latest: number };

/** Times that another command may come in between before the refusal is shown. */
const ATTEMPTS = 4;

interface Standing {
  latest_version: number;
  revision: string;
}

/** Saves, unless there is a version that the draft does not know. */
export async function saveDraft(stackId: string, standing: Standing, snapshot: Snapshot, draft: Draft, comment: string): Promise<SaveResult> {
  const send = sender(stackId, await withBytes(stackId, snapshot), await withBytes(stackId, draft), comment);
  let now = standing;
  for (let attempt = 1; ; attempt += 1) {
    if (afterRefusal(draft.base, now.latest_version) === "merge") return { kind: "merge", latest: now.latest_version };
    try {
      // oxlint-disable-next-line no-await-in-loop -- each attempt follows from the one before
      return { kind: "saved", saved: await send(now.revision) };
    } catch (error) {
      if (!isProblem(error, "precondition-failed") || attempt === ATTEMPTS) throw error;
      // oxlint-disable-next-line no-await-in-loop -- as above
      now = (await showStack({ path: { id: stackId }, throwOnError: true })).data;
    }
  }
}

/** Sends a version on top of a state of the stack. */
function sender(stackId: string, snapshot: Snapshot, draft: Draft, comment: string): (revision: string) => Promise<SavedVersion> {
  const path = { id: stackId };
  const body = toDefinition(snapshot, draft, comment);
  return async (revision) => (await saveVersion({ path, body, headers: headers(revision), throwOnError: true })).data;
}

function headers(revision: string): { "If-Match": string; "Idempotency-Key": string } {
  return { "If-Match": revision, "Idempotency-Key": idempotencyKey() };
}

export function useSave(stackId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ standing, snapshot, draft, comment }: { standing: Standing; snapshot: Snapshot; draft: Draft; comment: string }) =>
      saveDraft(stackId, standing, snapshot, draft, comment),
    onSettled: () => refresh(client, ["showStack", "listStacks", "listVersions", "showOverview"]),
  });
}
