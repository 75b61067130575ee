import { showStackStatusOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Container } from "@/api/generated";
import { useRefused } from "@/features/stacks/actions";
import { StackContext } from "@/features/stacks/stack";
import { Code } from "@/ui/Copy";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { use, useState, type ReactElement } from "react";
import { secretUses, type SecretUse } from "./secret_uses";
import css from "./SideList.module.css";

/** Uses that are shown; the same value is in all of them. */
const SHOWN = 3;

/** The server shows no secret, but whoever has to sign in to the database with one gets it out of the container that has it. */
export function SecretReading({ name, compose }: { name: string; compose: readonly string[] }): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <details className={css.reading} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary><Trans>How to read it</Trans></summary>
      {open && (
        <>
          <p><Trans>It is shown nowhere here. The containers that use it have it.</Trans></p>
          <Containers uses={secretUses(compose, name)} />
          <p><Trans>Where you have to know it beforehand, set a value of your own. A database keeps the password that it was made with, whatever is set later.</Trans></p>
        </>
      )}
    </details>
  );
}

function Containers({ uses }: { uses: readonly SecretUse[] }): ReactElement {
  const running = useRunning();
  if (uses.length === 0) return <p><Trans>Where a service has it as a variable, <code>printenv</code> in its terminal prints it; where it is a file, <code>cat /run/secrets/NAME</code> does.</Trans></p>;
  return (
    <ul className={css.uses}>
      {uses.slice(0, SHOWN).map(({ service, kind, name }) => {
        const container = running?.find((each) => each.service === service);
        return (
          <li key={`${service} ${name}`}>
            <span><Trans>In the terminal of <code>{service}</code>:</Trans></span>
            <Code>{kind === "file" ? `cat ${name}` : `printenv ${name}`}</Code>
            {container !== undefined && <Links container={container} file={kind === "file"} />}
          </li>
        );
      })}
    </ul>
  );
}

function Links({ container: { container_id: containerId }, file }: { container: Container; file: boolean }): ReactElement {
  return (
    <span className={css.ways}>
      <Link to="/containers/$containerId" params={{ containerId }} search={{ view: "terminal" }}><Trans>Open the terminal</Trans></Link>
      {!file && <Link to="/containers/$containerId" params={{ containerId }} search={{ view: "inspect" }}><Trans>Inspect, show secrets</Trans></Link>}
    </span>
  );
}

/** The containers of the stack that a terminal can be opened in; undefined for a stack that is yet to be made. */
function useRunning(): Container[] | undefined {
  const stack = use(StackContext);
  const refused = useRefused();
  const { data: status } = useQuery({ ...showStackStatusOptions({ path: { id: stack?.stack_id ?? "" } }), enabled: stack !== null });
  return status?.services.flatMap((service) => service.containers).filter(({ actions }) => refused({ name: stack?.name ?? null, actions }, "open_terminal") === undefined);
}
