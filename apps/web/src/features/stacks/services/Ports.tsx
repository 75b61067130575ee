import { Hint } from "@/ui/Button";
import { CopyButton } from "@/ui/Copy";
import { useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { addressOf, hostSide, parsePort, socketOf, speaksHttp } from "./port";
import css from "./Ports.module.css";

/** Published ports; those that a browser can open, and that something answers on, are links. Addresses of the others can be copied. */
export function Ports({ ports, answering }: { ports: readonly string[]; answering: boolean }): ReactElement {
  return <span className={css.ports}>{ports.map((text) => <Port key={text} text={text} answering={answering} />)}</span>;
}

function Port({ text, answering }: { text: string; answering: boolean }): ReactElement {
  const { t } = useLingui();
  const port = parsePort(text);
  if (port === null) return <span>{text}</span>;
  const shown = hostSide(text);
  const address = addressOf(port, globalThis.location);
  if (address !== null && answering) {
    return (
      <Hint text={t`${address} leads to port ${port.container} of the container`}>
        <a href={address} target="_blank" rel="noreferrer">{shown}</a>
      </Hint>
    );
  }
  const why = speaksHttp(port) && address === null ? t`Answers only on the host itself, from port ${port.container} of the container` : t`Port ${port.container} of the container`;
  const socket = socketOf(port, globalThis.location);
  return (
    <span className={css.port}>
      <Hint text={why}><span>{shown}<span className="visually-hidden"> {why}</span></span></Hint>
      {answering && <CopyButton text={socket} label={t`Copy ${socket}`} />}
    </span>
  );
}
