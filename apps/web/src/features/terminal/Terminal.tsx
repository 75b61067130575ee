import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Trans, useLingui } from "@lingui/react/macro";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal as Screen } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { useEffect, useRef, useState, type ReactElement } from "react";
import { adoptStyles } from "./adopted_styles";
import { connect, type TerminalConnection, type TerminalEnd } from "./session";
import css from "./Terminal.module.css";

type State = { kind: "connecting" } | { kind: "open" } | { kind: "ended"; end: TerminalEnd } | { kind: "failed"; error: unknown };

/** Lines that can be scrolled back. */
const SCROLLBACK = 5_000;
/** The terminal is dark in both themes, as people know it. */
const THEME = { background: "#0e1115", foreground: "#e6eaf0", cursor: "#7cb8ec", selectionBackground: "#24547f" };

/** A command in a container, with its input and output. Opens at once; a new one is opened by hand. */
export function Terminal({ containerId, command, user }: { containerId: string; command: readonly string[]; user: string }): ReactElement {
  const { t } = useLingui();
  const host = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<State>({ kind: "connecting" });
  const [attempt, setAttempt] = useState(0);
  const line = command.join("\u0000");
  useEffect(() => {
    if (host.current === null) return undefined;
    setState({ kind: "connecting" });
    return run(host.current, { containerId, command: line.split("\u0000"), user }, t`Terminal`, setState);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a change of language opens no new terminal
  }, [containerId, line, user, attempt]);
  const again = <Button small onClick={() => setAttempt((before) => before + 1)}><Trans>Open a new one</Trans></Button>;
  return (
    <div className={css.terminal}>
      {state.kind === "failed" && <ProblemNote error={state.error} actions={again} />}
      {state.kind === "ended" && <Ended end={state.end} again={again} />}
      <div ref={host} className={css.screen} />
      {state.kind === "connecting" && <p role="status" className="visually-hidden">{t`Connecting`}</p>}
    </div>
  );
}

function Ended({ end, again }: { end: TerminalEnd; again: ReactElement }): ReactElement {
  if (end.kind === "exit") {
    return <Notice tone={end.code === 0 ? "calm" : "warn"} live actions={again}><Trans>The command has ended with exit code {end.code}.</Trans></Notice>;
  }
  if (end.kind === "error") return <Notice tone="bad" live actions={again}><Said message={end.message} /></Notice>;
  return <Notice tone="warn" live actions={again}><Trans>The connection was lost. The command has been told to end.</Trans></Notice>;
}

/** Puts a terminal into an element; the returned function takes it out again and ends the command. */
function run(
  element: HTMLElement,
  wish: { containerId: string; command: readonly string[]; user: string },
  label: string,
  onState: (state: State) => void,
): () => void {
  const giveBack = adoptStyles();
  const screen = new Screen({
    scrollback: SCROLLBACK,
    fontSize: 13,
    fontFamily: "ui-monospace, 'DejaVu Sans Mono', monospace",
    theme: THEME,
    screenReaderMode: true,
    // A program in a container decides where such a link leads, and what it is called: nothing is opened.
    linkHandler: { activate: () => undefined },
  });
  const fit = new FitAddon();
  screen.loadAddon(fit);
  screen.open(element);
  screen.textarea?.setAttribute("aria-label", label);
  fit.fit();
  let connection: TerminalConnection | null = null;
  let over = false;
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(element);
  screen.onData((text) => connection?.type(text));
  screen.onResize(({ cols, rows }) => connection?.resize(cols, rows));
  void connect(
    { ...wish, columns: screen.cols, rows: screen.rows },
    {
      print: (bytes) => screen.write(bytes),
      onOpen: () => {
        onState({ kind: "open" });
        screen.focus();
      },
      onEnd: (end) => { if (!over) onState({ kind: "ended", end }); },
    },
  ).then(
    (opened) => {
      connection = opened;
      if (over) opened.close();
    },
    (error: unknown) => { if (!over) onState({ kind: "failed", error }); },
  );
  return () => {
    over = true;
    observer.disconnect();
    connection?.close();
    screen.dispose();
    giveBack();
  };
}
