import type { OnDemandReport, OnDemandService } from "@/api/generated";
import { bytes, percent } from "@/text/sizes";
import { Chip } from "@/ui/Chip";
import { classes } from "@/ui/classes";
import { Trans } from "@lingui/react/macro";
import type { ReactElement, ReactNode } from "react";
import css from "./HostMemoryBar.module.css";
import { hostMemoryOf, pressure } from "./memory";

interface Piece {
  id: "others" | "awake" | "saved" | "free";
  name: ReactNode;
  size: number;
}

/** Whose the memory of the host is. The bar is for the eye: everything that it shows stands below it, too. Nothing where it is not known. */
export function HostMemoryBar({ report, services }: { report: OnDemandReport; services: readonly OnDemandService[] }): ReactElement | null {
  const memory = hostMemoryOf(report, services);
  if (memory === null) return null;
  const { total, free, awake, others, saved, share } = memory;
  const [all, used, tone] = [bytes(total), percent(share * 100), pressure(share)];
  const pieces: Piece[] = [
    { id: "others", name: <Trans>everything else</Trans>, size: others },
    { id: "awake", name: <Trans>services on demand that are awake</Trans>, size: awake },
    ...(saved === null ? [] : [{ id: "saved" as const, name: <Trans>free because services sleep, about</Trans>, size: saved }]),
    { id: "free", name: saved === null ? <Trans>free</Trans> : <Trans>free anyway</Trans>, size: free - (saved ?? 0) },
  ];
  return (
    <div className={css.memory}>
      <div className={css.head}>
        <span className={css.name}><Trans>Memory of the host</Trans></span>
        <span><Trans><strong>{bytes(free)}</strong> free of {all}, {used} used</Trans></span>
        {tone !== "calm" && <Chip tone={tone}>{tone === "bad" ? <Trans>almost full</Trans> : <Trans>getting full</Trans>}</Chip>}
      </div>
      <div className={css.bar} aria-hidden>
        {pieces.filter(({ size }) => size > 0).map(({ id, size }) => <span key={id} className={classes(css.piece, css[id])} style={{ width: `${(size / total) * 100}%` }} />)}
      </div>
      <ul className={css.legend}>
        {pieces.map(({ id, name, size }) => (
          <li key={id}><span className={classes(css.swatch, css[id])} aria-hidden /><span>{name} <strong>{bytes(size)}</strong></span></li>
        ))}
      </ul>
    </div>
  );
}
