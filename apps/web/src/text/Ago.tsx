import { useSyncExternalStore, type ReactElement } from "react";
import { Hint } from "@/ui/Button";
import { useLingui } from "@lingui/react";
import { absolute, clockTime, duration, relative, remaining } from "./dates";
import { usePreferences } from "@/preferences";

/** One timer for all times on the page. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const each of listeners) each();
    }, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** The second at which the present step of so many seconds began, since 1970. It is rendered again when the next one begins. */
export function useStep(seconds: number): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / 1_000 / seconds) * seconds);
}

/** A text about the present. It is rendered again when it has changed, which "3 days ago" does once a day. */
function useText(about: (current: number) => string): string {
  return useSyncExternalStore(subscribe, () => about(now));
}

/** A moment: how long ago, or which time of the day, as the person prefers; the other one when it is pointed at. */
export function Ago({ at }: { at: string }): ReactElement {
  useLingui();
  const { times } = usePreferences();
  const moment = Date.parse(at);
  const ago = useText((current) => relative(moment, current));
  return (
    <Hint text={times === "relative" ? absolute(moment) : ago}>
      <time dateTime={at}>{times === "relative" ? ago : clockTime(moment)}</time>
    </Hint>
  );
}

/** How long something has lasted: until now if it has not ended. */
export function Elapsed({ since, until }: { since: string; until?: string | null }): ReactElement {
  useLingui();
  const lasted = useText((current) => duration((until === undefined || until === null ? current : Date.parse(until)) - Date.parse(since)));
  return <>{lasted}</>;
}

/** How long it takes until then, counting down by the second in its last minute. */
export function Remaining({ until }: { until: string }): ReactElement {
  useLingui();
  const moment = Date.parse(until);
  const left = useText((current) => remaining(moment - current));
  return <Hint text={absolute(moment)}><time dateTime={until}>{left}</time></Hint>;
}

/** Whether that moment is over, as soon as it is. */
export function useIsOver(at: string | null | undefined): boolean {
  return useSyncExternalStore(subscribe, () => at !== null && at !== undefined && Date.parse(at) <= now);
}
