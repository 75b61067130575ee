// What can be done to a service that wakes on demand, and why not.

import type { OnDemandService } from "@/api/generated";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

type Standing = Pick<OnDemandService, "state" | "always_on" | "in_flight" | "waiting">;

/** Why something is not offered; null where it is. */
export interface Offers {
  wake: MessageDescriptor | null;
  sleep: MessageDescriptor | null;
  keepAwake: MessageDescriptor | null;
  /** Requests and connections that putting it to sleep would end. */
  interrupts: number;
}

/**
 * What the server would refuse or do for nothing is not offered. A state that nobody has said refuses nothing: without a gateway a
 * person wakes a service and puts it to sleep all the same.
 */
export function offersOf({ state, always_on: always, in_flight: inside, waiting }: Standing): Offers {
  const never = always ? msg`It never sleeps: its definition says so` : null;
  return {
    wake: state === "awake" ? msg`It is awake already` : state === "starting" ? msg`It is waking up already` : null,
    sleep: never ?? (state === "asleep" ? msg`It is asleep already` : state === "falling_asleep" ? msg`It is falling asleep already` : null),
    keepAwake: never,
    interrupts: inside + waiting,
  };
}

/** What the row offers without a menu: the thing that changes how it stands. */
export function firstOffer(service: Standing): "wake" | "sleep" | null {
  const { wake, sleep } = offersOf(service);
  const up = service.state === "awake" || service.state === "starting";
  if (up) return sleep === null ? "sleep" : null;
  return wake === null ? "wake" : null;
}
