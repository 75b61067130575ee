// Waking, putting to sleep, and what is set at run time.

import { idempotencyKey } from "@/api/client";
import { putServiceToSleep, setOnDemandService, wakeService, type Command, type OnDemandService, type OnDemandSettings } from "@/api/generated";
import { refresh } from "@/api/queries";
import { openProgress } from "@/features/commands/progress";
import { moment, remaining } from "@/text/dates";
import { ProblemText } from "@/text/ProblemNote";
import { notify } from "@/ui/Toaster";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { settingsWith } from "./times";

/** Whatever state it is in by now: what the person wants is that it wakes, or sleeps. */
const ANY_STATE = "*";
const CALLS = { wake: wakeService, sleep: putServiceToSleep } as const;
const SHOWN = ["listOnDemand", "showOnDemandService", "showOnDemandReport"];

type Named = Pick<OnDemandService, "stack_id" | "stack_name" | "service">;

/** "shop/web": how a service is called beside those of other stacks. */
export const nameOf = ({ stack_name: stack, service }: Named): string => `${stack}/${service}`;

/** Sends a wake or a sleep, and opens its progress. */
export function useServicePower() {
  const { t } = useLingui();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ service, to }: { service: Named; to: keyof typeof CALLS }): Promise<Command> => {
      const { data } = await CALLS[to]({
        path: { id: service.stack_id, service: service.service },
        headers: { "If-Match": ANY_STATE, "Idempotency-Key": idempotencyKey() },
        throwOnError: true,
      });
      return data;
    },
    onSuccess: (command) => {
      openProgress(command.command_id);
      void refresh(client, [...SHOWN, "listStacks", "showStack", "showQueue", "listCommands"]);
    },
    onError: (error, { service }) => {
      const name = nameOf(service);
      notify({ tone: "bad", title: t`${name}: not accepted`, text: <ProblemText error={error} /> });
    },
  });
}

/** Sets times, or until when it stays awake. What is not changed stays as it was set. */
export function useSettings() {
  const { t } = useLingui();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ service, change }: { service: Named & Pick<OnDemandService, "set">; change: Partial<OnDemandSettings> }) => {
      const body = settingsWith(service.set, change, Date.now());
      const { data } = await setOnDemandService({ path: { id: service.stack_id, service: service.service }, body, throwOnError: true });
      return data;
    },
    onSuccess: (service, { change }) => {
      const until = change.awake_until;
      const end = until === undefined || until === null ? "" : moment(Date.parse(until));
      const sleeps = change.idle_timeout_seconds === undefined || service.always_on ? null : remaining(service.idle_timeout_seconds * 1_000);
      const title = until === null ? t`No longer kept awake` : until !== undefined ? t`Kept awake until ${end}` : sleeps === null ? t`Saved` : t`Sleeps after ${sleeps}`;
      notify({ id: `set ${nameOf(service)}`, tone: "good", title, text: nameOf(service) });
      void refresh(client, SHOWN);
    },
    onError: (error, { service }) => {
      const name = nameOf(service);
      notify({ tone: "bad", title: t`${name}: not accepted`, text: <ProblemText error={error} /> });
    },
  });
}
