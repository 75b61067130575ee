// What is said about a service, the same on its row and on the page of its stack.

import type { OnDemandGateway, OnDemandService } from "@/api/generated";
import { Ago, Remaining, useIsOver } from "@/text/Ago";
import { duration, moment } from "@/text/dates";
import { Said } from "@/text/said";
import { bytes } from "@/text/sizes";
import { Hint } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { classes } from "@/ui/classes";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { ExternalLink } from "lucide-react";
import type { ReactElement } from "react";
import { hostLinks } from "./address";
import css from "./OnDemand.module.css";
import { onDemandLook, policyWord } from "./words";

/** How it stands, since when, and why, where that is not as it should be; with those that wait for it, where nothing else says so. */
export function ServiceState({ service, waiting = false }: { service: OnDemandService; waiting?: boolean }): ReactElement {
  const { t } = useLingui();
  const { tone, word } = onDemandLook(service);
  const bad = service.state === "failed";
  return (
    <div className={classes(css.state, css.standing)}>
      <span className={css.line}>
        <Chip tone={tone}>{t(word)}</Chip>
        {service.always_on && <Chip mark={false}><Trans>never sleeps</Trans></Chip>}
        {waiting && <Waiting service={service} />}
      </span>
      {service.reason !== null && <span className={bad ? css.bad : css.warn}><Said message={service.reason} /></span>}
      <When service={service} />
    </div>
  );
}

/** What comes next: when it sleeps, wakes, or may again; else since when it is as it is. */
function When({ service }: { service: OnDemandService }): ReactElement | null {
  const { state, since, sleeps_at: sleeps, wakes_at: wakes, until, set } = service;
  const kept = set.awake_until ?? null;
  const over = useIsOver(kept);
  const ended = useIsOver(until);
  // A gateway that does not run any more keeps no promise: what should have happened by now is not said.
  const [late, lateToo] = [useIsOver(sleeps), useIsOver(wakes)];
  const lines: ReactElement[] = [];
  if (until !== null && !ended) {
    lines.push(<span key="until">{state === "failed" ? <Trans>tried again in <Remaining until={until} /> at the earliest</Trans> : state === "held" ? <Trans>can wake in <Remaining until={until} /></Trans> : <Trans>for another <Remaining until={until} /></Trans>}</span>);
  }
  if (kept !== null && !over) lines.push(<span key="kept">{state === "awake" ? <Trans>kept awake for <Remaining until={kept} /></Trans> : <Trans>kept awake until {moment(Date.parse(kept))}, once it wakes</Trans>}</span>);
  else if (state === "awake" && sleeps !== null && !late) lines.push(<span key="sleeps"><Trans>sleeps in <Remaining until={sleeps} /></Trans></span>);
  if (wakes !== null && !lateToo) lines.push(<span key="wakes"><Trans>wakes in <Remaining until={wakes} />, before it is expected to be used</Trans></span>);
  if (lines.length === 0 && since !== null) lines.push(<span key="since"><Ago at={since} /></span>);
  return lines.length === 0 ? null : <span className={css.when}>{lines}</span>;
}

/** Where a browser reaches it. A service without hosts wakes only because others need it. */
export function Hosts({ service, gateway }: { service: OnDemandService; gateway: OnDemandGateway }): ReactElement {
  const links = hostLinks(service, gateway, globalThis.location);
  if (links.length === 0) return <span className={css.soft}><Trans>only for other services</Trans></span>;
  return (
    <ul className={css.hosts}>
      {links.map(({ host, href }) => (
        <li key={host}>
          {href === null ? <code>{host}</code> : <a href={href} target="_blank" rel="noreferrer">{host}<ExternalLink size={12} aria-hidden className={css.out} /></a>}
        </li>
      ))}
      {service.paths.length > 0 && <li className={css.soft}>{service.paths.join(", ")}</li>}
    </ul>
  );
}

export function LastUse({ service }: { service: OnDemandService }): ReactElement {
  return service.last_used_at === null ? <span className={css.soft}>–</span> : <Ago at={service.last_used_at} />;
}

export function Requests({ service }: { service: OnDemandService }): ReactElement {
  const { in_flight: inside, waiting } = service;
  if (inside === 0 && waiting === 0) return <span className={css.soft}>–</span>;
  return (
    <span className={css.line}>
      <Inside service={service} />
      <Waiting service={service} />
    </span>
  );
}

export function Inside({ service: { in_flight: inside } }: { service: OnDemandService }): ReactElement | null {
  return inside === 0 ? null : <span>{plural(inside, { one: "# inside", other: "# inside" })}</span>;
}

function Waiting({ service: { waiting } }: { service: OnDemandService }): ReactElement | null {
  return waiting === 0 ? null : <Chip tone="warn" mark={false}>{plural(waiting, { one: "# waiting", other: "# waiting" })}</Chip>;
}

export function MemoryUse({ service }: { service: OnDemandService }): ReactElement {
  const { t } = useLingui();
  const { memory_bytes: now, peak_memory_bytes: peak } = service;
  if (now === null && peak === null) return <span className={css.soft}>–</span>;
  const peakText = peak === null ? "–" : bytes(peak);
  return (
    <Hint text={t`Now, and what nine of ten of its lives did not exceed`}>
      <span className={css.memory}><span>{now === null ? "–" : bytes(now)} </span><span className={css.soft}>/ {peakText}</span></span>
    </Hint>
  );
}

export function UsualStart({ service }: { service: OnDemandService }): ReactElement {
  const { t } = useLingui();
  const { start_p50_seconds: half, start_p90_seconds: most } = service;
  if (half === null) return <span className={css.soft}>–</span>;
  const text = duration(half * 1_000);
  return most === null ? <span>{text}</span> : <Hint text={t`Nine of ten take at most ${duration(most * 1_000)}`}><span>{text}</span></Hint>;
}

/** By what it is decided when it sleeps, with what somebody set beside the definition. */
export function PolicyWord({ service }: { service: OnDemandService }): ReactElement {
  const { t } = useLingui();
  const { set, policy } = service;
  const own = [set.idle_timeout_seconds, set.start_timeout_seconds, set.block_timeout_seconds].some((each) => each !== null && each !== undefined);
  return (
    <span className={css.line}>
      <span>{service.always_on ? t`never` : policyWord(policy)}</span>
      {own && <Chip mark={false}><Trans>set here</Trans></Chip>}
    </span>
  );
}
