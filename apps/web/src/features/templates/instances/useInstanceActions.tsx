// What is done to an instance from its row, in one place: the calls, and how each is told.

import {
  holdInstance, rebuildInstance, releaseInstance, removeInstance, restartInstance, startInstance, stopInstance, upgradeInstance, type Instance,
} from "@/api/generated";
import { refresh } from "@/api/queries";
import { openProgress } from "@/features/commands/progress";
import { ProblemText } from "@/text/ProblemNote";
import { notify } from "@/ui/Toaster";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { InstancePower } from "./offers";

export type InstanceDeed = InstancePower | "upgrade" | "remove" | "hold" | "release";
type Named = Pick<Instance, "template" | "key">;

const COMMANDS = { start: startInstance, stop: stopInstance, restart: restartInstance, rebuild: rebuildInstance, remove: removeInstance } as const;
const HOLDS = { hold: holdInstance, release: releaseInstance } as const;

/** What an action on an instance makes stale, until the stream says so too. */
export const SHOWN = ["listInstances", "listSweeps", "listTemplates", "listStacks", "showStack", "showQueue"];

/** Does it, and gives the id of the command that it is, if it is one. */
async function act({ template, key }: Named, deed: InstanceDeed): Promise<string | null> {
  const path = { template, key };
  if (deed === "hold" || deed === "release") {
    await HOLDS[deed]({ path, throwOnError: true });
    return null;
  }
  if (deed === "upgrade") return (await upgradeInstance({ path, throwOnError: true })).data.command?.command_id ?? null;
  return (await COMMANDS[deed]({ path, throwOnError: true })).data.command_id;
}

export function useInstanceActions() {
  const { t } = useLingui();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ instance, deed }: { instance: Named; deed: InstanceDeed }) => act(instance, deed),
    onSuccess: (command, { instance: { key }, deed }) => {
      if (command !== null) openProgress(command);
      else if (deed === "hold") notify({ id: `hold ${key}`, tone: "good", title: t`${key}: held`, text: t`It stays until somebody releases or removes it.` });
      else if (deed === "release") notify({ id: `hold ${key}`, tone: "good", title: t`${key}: released`, text: t`It ends as its template and the list of keys say.` });
      void refresh(client, SHOWN);
    },
    onError: (error, { instance: { key } }) => notify({ tone: "bad", title: t`${key}: not accepted`, text: <ProblemText error={error} /> }),
  });
}
