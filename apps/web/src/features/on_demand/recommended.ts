// What a service should be set to, and whether that is worth a button.

import type { OnDemandReportedService } from "@/api/generated";

type Reported = Pick<OnDemandReportedService, "recommended"> & { service: Pick<OnDemandReportedService["service"], "idle_timeout_seconds" | "always_on"> };

/** The server takes no longer time. */
const MOST = 2_592_000;

/** A difference that is worth saying: a fifth of what holds now. */
const WORTH = 0.2;

/** Whether a recommended time can be taken over with a press of a button, because it differs enough from what holds. */
export function canUse({ service }: Reported, seconds: number | null): seconds is number {
  if (seconds === null || seconds < 1 || seconds > MOST || service.always_on) return false;
  return Math.abs(seconds - service.idle_timeout_seconds) > service.idle_timeout_seconds * WORTH;
}

/** The one to take if both say something: that of the comparison, which knows the traffic. */
export function preferred(reported: Reported): "comparison" | "rule" | null {
  const { idle_timeout_seconds: compared, rule_of_thumb_seconds: thumb } = reported.recommended;
  if (compared !== null) return canUse(reported, compared) ? "comparison" : null;
  return canUse(reported, thumb) ? "rule" : null;
}

/** As people set times: whole minutes above two of them, whole quarters of an hour above four hours, whole hours above a day. */
export function roundTime(seconds: number): number {
  const step = seconds > 86_400 ? 3_600 : seconds > 4 * 3_600 ? 900 : seconds > 120 ? 60 : 1;
  return Math.round(seconds / step) * step;
}
