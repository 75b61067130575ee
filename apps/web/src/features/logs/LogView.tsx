import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Trans, useLingui } from "@lingui/react/macro";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDownToLine } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore, type ReactElement, type RefObject } from "react";
import type { LogBuffer } from "./buffer";
import { LogRow, type RowLook } from "./LogRow";
import { LogToolbar, type LogLook } from "./LogToolbar";
import { useLogs, type LogSource } from "./useLogs";
import { useFind } from "./useFind";
import css from "./LogView.module.css";

/** Within so many pixels of the end, the view follows what is written. */
const NEAR_END = 40;

/** The output of one or several containers, live. */
export function LogView({ source, onSource, services }: {
  source: LogSource;
  onSource: (source: LogSource) => void;
  /** Services to choose from; none for a single container. */
  services: readonly string[];
}): ReactElement {
  const [paused, setPaused] = useState(false);
  const [look, setLook] = useState<LogLook>({ timestamps: false, wrap: true, find: "" });
  const { buffer, state, again } = useLogs(source, paused);
  const find = useFind(buffer, look.find);
  return (
    <div className={css.view}>
      <LogToolbar
        source={source}
        onSource={onSource}
        services={services}
        look={look}
        onLook={setLook}
        paused={paused}
        onPaused={setPaused}
        find={find}
        onClear={() => buffer.clear()}
      />
      {state.kind === "lost" && <ProblemNote error={state.error} actions={<Button onClick={again}><Trans>Try again</Trans></Button>} />}
      <Rows buffer={buffer} look={{ ...look, service: source.services.length !== 1 && services.length > 0 }} current={find.current} waiting={state.kind === "connecting"} />
      {state.kind === "ended" && (
        <Notice tone="calm" actions={<Button small onClick={again}><Trans>Read again</Trans></Button>}><Said message={state.end.message} /></Notice>
      )}
    </div>
  );
}

/** What scrolls by hand; the view scrolls by itself too, which means nothing. */
const BY_HAND = ["wheel", "keyup", "touchmove", "scrollend"] as const;

/** Says whether the end is in view, whenever somebody has scrolled. */
function useScrolled(scroller: RefObject<HTMLDivElement | null>, onEnd: (atEnd: boolean) => void): void {
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const scrolled = () => onEnd(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END);
    for (const name of BY_HAND) element.addEventListener(name, scrolled, { passive: true });
    return () => {
      for (const name of BY_HAND) element.removeEventListener(name, scrolled);
    };
  }, [scroller, onEnd]);
}

function Rows({ buffer, look, current, waiting }: { buffer: LogBuffer; look: RowLook; current: number | null; waiting: boolean }): ReactElement {
  const { t } = useLingui();
  useSyncExternalStore(buffer.subscribe, buffer.snapshot);
  const scroller = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const { rows } = buffer;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 19,
    overscan: 20,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  useEffect(() => {
    if (following && rows.length > 0) virtual.scrollToIndex(rows.length - 1, { align: "end" });
  });
  useEffect(() => {
    if (current !== null) {
      setFollowing(false);
      virtual.scrollToIndex(current, { align: "center" });
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only another hit scrolls
  }, [current]);
  useScrolled(scroller, setFollowing);
  return (
    <div className={css.frame}>
      <div ref={scroller} className={css.scroller} role="region" aria-label={t`Log`} tabIndex={0}>
        {rows.length === 0 && <p className={css.empty}>{waiting ? t`Connecting…` : t`Nothing has been written yet. New lines appear here by themselves.`}</p>}
        <div className={css.space} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row === undefined ? null : (
              <div key={item.key} ref={virtual.measureElement} data-index={item.index} className={css.place} style={{ transform: `translateY(${item.start}px)` }}>
                <LogRow row={row} look={look} current={item.index === current} />
              </div>
            );
          })}
        </div>
      </div>
      {!following && (
        <Button className={css.toEnd} small icon={<ArrowDownToLine size={14} />} onClick={() => setFollowing(true)}><Trans>To the end</Trans></Button>
      )}
    </div>
  );
}
