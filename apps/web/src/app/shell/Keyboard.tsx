import { Dialog } from "@/ui/Dialog";
import { useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState, useSyncExternalStore, type ReactElement } from "react";
import { openPalette, palette } from "./palette";
import css from "./Keyboard.module.css";

const loadPalette = () => import("@/features/palette/Palette");
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }));

/** After `g`, the second letter says where to go. */
const PLACES = { o: "/", s: "/stacks", c: "/containers", q: "/queue", i: "/images", v: "/volumes", n: "/networks", a: "/audit" } as const;
/** The second letter has to follow within this time. */
const SEQUENCE = 1_200;

/** What the keyboard does on every page: the palette, the places, and the list of all of them. */
export function Keyboard(): ReactElement {
  const open = useSyncExternalStore(palette.subscribe, palette.isOpen);
  const [help, setHelp] = useState(false);
  useShortcuts(() => setHelp(true));
  useEffect(() => {
    // Fetched while nothing else happens, so that it is there when it is asked for.
    if ("requestIdleCallback" in globalThis) requestIdleCallback(() => void loadPalette());
  }, []);
  return (
    <>
      {open && <Suspense><Palette /></Suspense>}
      {help && <Help onClose={() => setHelp(false)} />}
    </>
  );
}

function useShortcuts(showHelp: () => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    let first = 0;
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const place = PLACES[event.key as keyof typeof PLACES];
      if (first > 0 && event.timeStamp - first < SEQUENCE && place !== undefined) void navigate({ to: place });
      first = event.key === "g" ? event.timeStamp : 0;
      if (event.key === "?") showHelp();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [navigate, showHelp]);
}

/** Whether the key goes into a field, an editor or a terminal. Their roots may be shadow roots. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}

function Help({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const rows = [
    ["Ctrl K", t`Search and act`],
    ["g o", t`Overview`],
    ["g s", t`Stacks`],
    ["g c", t`Containers`],
    ["g q", t`Queue`],
    ["g i", t`Images`],
    ["g v", t`Volumes`],
    ["g n", t`Networks`],
    ["g a", t`Audit`],
    ["Ctrl S", t`Save, in the editor of a definition`],
    ["Esc", t`Close what is open`],
    ["?", t`This list`],
  ] as const;
  return (
    <Dialog open onClose={onClose} title={t`Keyboard`}>
      <dl className={css.keys}>
        {rows.map(([keys, what]) => (
          <div key={keys} className={css.row}>
            <dt>{keys.split(" ").map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
