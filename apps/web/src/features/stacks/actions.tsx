// What can be done to a stack, as the server offers it: the rules of when are its own, and its reasons are shown as they come.

import type { Operation } from "@/access/rights";
import { useMay } from "@/access/useMay";
import { idempotencyKey } from "@/api/client";
import { refresh } from "@/api/queries";
import { restartStack, startStack, stopStack, type Command, type Offer, type ServiceState, type StackState } from "@/api/generated";
import { openProgress } from "@/features/commands/progress";
import { ProblemText } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { notify } from "@/ui/Toaster";
import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Play, RotateCw, Square } from "lucide-react";
import { useCallback, type ReactElement, type ReactNode } from "react";

/** A change of power needs no state that the person has seen: whatever is there is started or stopped. */
const ANY_STATE = "*";

export type PowerAction = "start" | "stop" | "restart";

export const POWER: Record<PowerAction, { offer: Operation; icon: ReactElement; word: MessageDescriptor }> = {
  start: { offer: "start_stack", icon: <Play size={14} />, word: msg`Start` },
  restart: { offer: "restart_stack", icon: <RotateCw size={14} />, word: msg`Restart` },
  stop: { offer: "stop_stack", icon: <Square size={14} />, word: msg`Stop` },
};

const CALLS = { start: startStack, stop: stopStack, restart: restartStack } as const;

interface Named {
  stack_id: string;
  name: string;
}

/** Sends a change of power for a stack or one of its services, and opens its progress. */
export function usePower() {
  const { t } = useLingui();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ stack, action, service }: { stack: Named; action: PowerAction; service?: string }): Promise<Command> => {
      const { data } = await CALLS[action]({
        path: { id: stack.stack_id },
        body: service === undefined ? {} : { service },
        headers: { "If-Match": ANY_STATE, "Idempotency-Key": idempotencyKey() },
        throwOnError: true,
      });
      return data;
    },
    onSuccess: (command) => {
      openProgress(command.command_id);
      void refresh(client, ["listStacks", "showStack", "showQueue"]);
    },
    onError: (error, { stack }) => notify({ tone: "bad", title: t`${stack.name}: not accepted`, text: <ProblemText error={error} /> }),
  });
}

/**
 * Why whoever is signed in cannot do something to a stack, or to what belongs to it: what they were not granted, and otherwise why it is
 * not possible now. `name` is that of the stack.
 */
export function useRefused(): (about: { name: string | null; actions: readonly Offer[] }, action: Operation) => ReactNode | undefined {
  const may = useMay();
  return useCallback((about, action) => may(action, about.name) ?? refusal(about.actions, action), [may]);
}

/** Why an action is not possible now; undefined if it is, or if the server says nothing about it. */
export function refusal(offers: readonly Offer[], action: Operation): ReactNode | undefined {
  const offer = offers.find((candidate) => candidate.name === action);
  if (offer === undefined || offer.allowed) return undefined;
  return offer.reason === null ? "" : <Said message={offer.reason} />;
}

/**
 * Why a stack or a service of which nothing runs because it sleeps is neither stopped nor restarted: there is nothing to stop, and a
 * restart would wake what nobody uses. Starting it is what wakes it.
 */
export function asleepRefusal(state: StackState | ServiceState | undefined, action: PowerAction): MessageDescriptor | undefined {
  if (state !== "asleep" || action === "start") return undefined;
  return action === "stop" ? msg`It is asleep: nothing of it runs` : msg`It is asleep: start it to wake it`;
}
